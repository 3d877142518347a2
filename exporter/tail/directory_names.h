// The names a log may lie under, oldest first: its rotated siblings, the files a symbolic link led to before,
// the finished files of a multilog directory.  Names and inodes only, no content.
#pragma once

#include <string>
#include <vector>

#include "exporter/base/env.h"
#include "exporter/base/result.h"

namespace mta {

// Where a log is written.
struct LogPlace {
  std::string path;       // the file itself; of a multilog directory its `current`
  bool multilog = false;  // the lines go on from one file into the next
};

struct LogName {
  std::string path;
  bool live = false;          // the name the log is written under; comes last
  Result<FileStatus> status;  // of what the name leads to

  // The same file under the same name: size and time may differ.
  bool operator==(const LogName& other) const;
};

// `more`: paths to look at too, older than all others.  What does not exist is left out, and so are second
// names of one file and archives whose original is still there.  Fails where the directory cannot be read;
// one that does not exist has no names.
Result<std::vector<LogName>> ListLogNames(Env& env, const LogPlace& place,
                                          const std::vector<std::string>& more);

std::string_view DirectoryOf(std::string_view path);  // "." where it has none
std::string_view FileNameOf(std::string_view path);

}  // namespace mta
