// About the recipient: no such user, mailbox full, account disabled.

#include "exporter/events/reply_reason_rules.h"

namespace mta {
namespace {

using enum Reason;

constexpr ReasonRule kRules[] = {
    {"over quota", kMailboxFull, "everywhere", "552 5.2.2 <u@icloud.com>: user is over quota"},
    {"mailbox full", kMailboxFull, "everywhere", "452 4.2.2 <u@example.net>: Mailbox full"},
    {"user unknown", kUserUnknown, "everywhere",
     "550 5.1.1 <u@example.net>: Recipient address rejected: User unknown in virtual mailbox table"},
    {"unknown user", kUserUnknown, "everywhere", "550 Unknown user u@docomo.ne.jp"},
    {"user does not exist", kUserUnknown, "iCloud", "550 5.1.1 <u@icloud.com>: user does not exist"},
    {"no such user", kUserUnknown, "everywhere", "550 No such user here"},
    {"recipient address rejected: access denied", kUserUnknown,
     "Exchange Online: address unknown to the tenant", "550 5.4.1 Recipient address rejected: Access denied.",
     "5.4.1"},
};

}  // namespace

std::span<const ReasonRule> RecipientRules() {
  return kRules;
}

}  // namespace mta
