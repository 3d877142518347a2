// What the report of a delivery says.  A report is text of qmail's own programs with the remote host's answer
// in it; here its `_` are already blanks:
//
//   192.0.2.1 does not like recipient./Remote host said: 550 5.1.1 no such user/Giving up on 192.0.2.1./
//
// Pure functions, any thread.  Views point into the report.
#pragma once

#include <string>
#include <string_view>

namespace mta::qmail {

// The report as it was before qmail-send made its blanks `_`, as far as that can be known.
void MakeReadable(std::string_view report, std::string& out);

// The enhanced code behind `Remote host said: NNN`, else the last `(#x.y.z)`, else nothing.
std::string_view EnhancedStatusOf(std::string_view report);

// The address of the remote host, as far as it is said.  Only qmail's own words are asked, not the remote
// host's.
std::string_view RelayOf(std::string_view report);

// A failure that is a deferral of a message which was too long in the queue: qmail-send's own line ends it.
// A remote host that says the same refuses with a 5xx code, which qmail-send never turns into an expiry.
bool SaysExpired(std::string_view report);

}  // namespace mta::qmail
