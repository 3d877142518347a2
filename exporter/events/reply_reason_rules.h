// The words of mail servers, as ordered tables.  ClassifyReply() takes the first of these that has an answer:
//   1. the decisive words: all tables but the last two
//   2. a specific enhanced code (5.1.1, 5.2.2, 5.7.26)
//   3. the general words, which say more than a general code such as 5.7.1 or 5.5.0
//   4. a general enhanced code
//   5. the filler words, which say something only where no code does
//   6. the three digits
// Each row carries a reply that it decides; the tests hold it to that.
#pragma once

#include <span>

#include "exporter/events/reason_rules.h"

namespace mta {

// All tables in the order of decision; the general and the filler words are the last two.
std::span<const ReasonTable> ReplyTables();

ReasonTable ProviderRules();        // marks that only one provider or product uses: tags, help pages
ReasonTable PacingRules();          // come later, or less often: greylisting, rates
ReasonTable AuthenticationRules();  // sender callouts, SPF, DKIM, DMARC
ReasonTable RelayingRules();        // not a domain of theirs
ReasonTable ReputationRules();      // block lists and bad names of clients
ReasonTable SenderRules();          // checks of sender, client name and login
ReasonTable RecipientRules();       // mailbox full, closed, none
ReasonTable ContentRules();         // virus, spam, loops, size
ReasonTable SystemRules();          // TLS, DNS, connections, their trouble, the protocol
ReasonTable GeneralWordRules();
ReasonTable FillerWordRules();

}  // namespace mta
