// Words that say something only where no better word and no specific code does.

#include "exporter/events/reply_reason_rules.h"

namespace mta {
namespace {

using enum Reason;

// Better than a general code (5.7.1, 5.5.0), weaker than a specific one (5.1.1).
constexpr ReasonRule kGeneral[] = {
    {"spam|", kSpamContent, "the word alone", "554 5.7.0 Reject, id=1234-01 - spam"},
    {"virus", kSpamContent, "the word alone", "554 5.7.0 Virus found: Eicar-Test-Signature"},
    {"mailbox unavailable", kMailboxUnavailable, "RFC 5321's words",
     "550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302)."},
};

// Weaker than any code.
constexpr ReasonRule kFiller[] = {
    {"try again later", kRemoteSystem, "no more than that", "454 Please try again later"},
};

}  // namespace

std::span<const ReasonRule> GeneralWordRules() {
  return kGeneral;
}
std::span<const ReasonRule> FillerWordRules() {
  return kFiller;
}

}  // namespace mta
