// postscreen's findings about a client (Postfix 2.8–3.12, src/postscreen).
//
//   CONNECT from [A]:P to [A]:P                PASS NEW|OLD [A]:P             ALLOWLISTED|DENYLISTED [A]:P
//   (3.6; before: HANGUP after D from [A]:P in tests …       PREGREET N after D from …
//   WHITELISTED|BLACKLISTED) DNSBL rank N for [A]:P                     COMMAND PIPELINING from … COMMAND
//   (TIME|COUNT|LENGTH) LIMIT from … NON-SMTP COMMAND from …                    BARE NEWLINE from …
//   (DATA|BDAT) without valid RCPT from …
#pragma once

#include <string_view>

namespace mta::postfix {

// The label `event` of a finding, empty if `text` is none.  Static storage.
std::string_view PostscreenEvent(std::string_view text);

}  // namespace mta::postfix
