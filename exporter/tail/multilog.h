// The directory multilog(8) of daemontools writes (svlogd and s6-log write the same): finished files `@` + 24
// hex digits + `.s` (whole) or `.u` (multilog was killed while writing it), then `current`.  In the order of
// their names they are one stream of bytes: a line may begin in one and end in the next.
// Source: multilog.c of daemontools 0.76; grammar of the file names as of its manual page.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mta {

constexpr std::string_view kMultilogCurrent = "current";

// A finished file's name.
bool IsMultilogArchive(std::string_view name);

// Of the names in a directory those that hold log, in the order they were written; empty where it is no
// multilog directory.
std::vector<std::string> MultilogFiles(std::vector<std::string> names);

}  // namespace mta
