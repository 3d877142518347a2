// sendmail's queue ids: eight characters of date, time and sequence in base 60, then the pid.
//
// `6AMAgZEl002037` is year, month, day, hour, minute, second (UTC), two sequence characters, pid 2037.  8.9
// and older wrote `HAA03001`, 8.10 and 8.11 a character less.  The pid has six digits, up to ten on large
// hosts.
#pragma once

#include <string_view>

namespace mta::sendmail {

// The form of 8.12 and newer.  Strict enough to tell sendmail's lines from another program's.
bool IsQueueId(std::string_view text);

// Any form sendmail ever wrote.  Only for lines that are known to be sendmail's.
bool IsAnyQueueId(std::string_view text);

}  // namespace mta::sendmail
