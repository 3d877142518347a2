// About the message: spam, virus, size, loops.

#include "exporter/events/reply_reason_rules.h"

namespace mta {
namespace {

using enum Reason;

constexpr ReasonRule kRules[] = {
    {"likely unsolicited", kSpamContent, "Gmail",
     "550-5.7.1 [192.0.2.9] Our system has detected that this message is likely unsolicited mail."},
    {"spamassassin", kSpamContent, "SpamAssassin", "550 5.7.1 Blocked by SpamAssassin"},
    {"looks like spam", kSpamContent, "everywhere", "554 5.7.1 message looks like spam"},
    {"message size exceeds", kMessageTooLarge, "Postfix", "552 5.3.4 Message size exceeds fixed limit"},
    {"too many hops", kLoop, "everywhere", "554 5.4.0 Error: too many hops"},
};

}  // namespace

std::span<const ReasonRule> ContentRules() {
  return kRules;
}

}  // namespace mta
