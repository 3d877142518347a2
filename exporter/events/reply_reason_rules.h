// The words of mail servers, as ordered tables.  ClassifyReply() joins them in the order of decision:
//   1. the tables of kDecisiveTables: words that say more than any code
//   2. a specific enhanced code (5.1.1, 5.2.2, 5.7.26)
//   3. kGeneralWords: words that say more than a general code such as 5.7.1 or 5.5.0
//   4. a general enhanced code
//   5. kFillerWords: words that say something only where no code does
//   6. the three digits
// Each row carries a reply that it decides; the tests hold it to that.
#pragma once

#include <span>

#include "exporter/events/reason_rules.h"

namespace mta {

// Marks that only one provider or product uses: its error tags and help pages.
std::span<const ReasonRule> ProviderRules();
// About the client and the sender: greylisting, rates, SPF and the like, block lists, relaying, sender
// checks.
std::span<const ReasonRule> SenderRules();
// About the recipient: no such user, mailbox full, account disabled.
std::span<const ReasonRule> RecipientRules();
// About the message: spam, virus, size, loops.
std::span<const ReasonRule> ContentRules();
// About the systems: TLS, DNS, connections, storage, protocol.
std::span<const ReasonRule> SystemRules();

std::span<const ReasonRule> GeneralWordRules();
std::span<const ReasonRule> FillerWordRules();

}  // namespace mta
