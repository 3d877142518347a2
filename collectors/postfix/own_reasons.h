// Why Postfix did not deliver or did not take a message: its own words first, what another server said
// second.
//
// Postfix's words are told from a remote's by where they stand: a delivery text is read from the left, and
// only what follows `host N[A] said: ` or `refused to talk to me: ` is the remote's (Postfix 2.3 to 3.12,
// smtp(8), local(8), virtual(8), pipe(8), error(8), qmgr(8), cleanup(8)).  Pure functions, no allocation; any
// thread with a memo of its own.
#pragma once

#include <string_view>

#include "exporter/events/reason.h"
#include "exporter/events/reason_memo.h"

namespace mta::postfix {

// `text`: what stands in the parentheses after status=deferred or status=bounced; it may be cut short.
Reason DeliveryReason(std::string_view enhanced_status, std::string_view text, bool bounced,
                      ReasonMemo& memo);

// `text`: what follows `STAGE from N[A]: ` of a reject, milter-reject or proxy-reject line of smtpd, cleanup
// or postscreen, with or without three digits in front, without `; from=<`.
Reason RejectReason(std::string_view text, ReasonMemo& memo);

}  // namespace mta::postfix
