// What a to= line says in the end: `stat=TEXT`, or `reply=TEXT, stat=TEXT` (8.16 and newer, only where the
// server refused).  Both texts are the remote server's to choose, so both may hold `, stat=Sent (ok)`.
#pragma once

#include <optional>
#include <string_view>

namespace mta::sendmail {

struct ResultText {
  std::string_view reply = {};  // empty where there is none
  std::string_view stat = {};
};

// `text` begins with `stat=`, `reply=` or `status=`; `dsn` is the line's enhanced status, which sendmail
// wrote itself.
//   1. Without a reply, stat= is all that follows, whatever it holds.
//   2. With a reply and a 4.x.x status, sendmail repeats it: `reply=R, stat=Deferred: R`.
//   3. Else the last `, stat=` counts, but never one that says Sent: a server that took the mail has no
//   reply=
//      (unless the status is 2.x.x, which no version logs).
std::optional<ResultText> ReadResultText(std::string_view text, std::string_view dsn);

// `Sent` or `Sent (…)`.
bool SaysSent(std::string_view stat);

}  // namespace mta::sendmail
