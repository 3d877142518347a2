// Why sendmail did not deliver or did not take a message: its own words first, what another server said
// second. sendmail 8.12 to 8.18.  Pure functions, no allocation; any thread with a memo of its own.
#pragma once

#include <string_view>

#include "exporter/events/reason.h"
#include "exporter/events/reason_memo.h"

namespace mta::sendmail {

// `stat`: what follows `stat=` of a to= line that is not Sent; `reply`: what follows `reply=`, empty where
// there is none; `is_program`: the mailer is a program or a file of this host, which may have failed but is
// no remote system.
Reason DeliveryReason(std::string_view enhanced_status, std::string_view stat, std::string_view reply,
                      bool is_program, ReasonMemo& memo);

// `text`: what this host told the client: after `reject=`, or after `<address>... `, or a milter's words;
// with or without three digits in front.
Reason RejectReason(std::string_view text, ReasonMemo& memo);

}  // namespace mta::sendmail
