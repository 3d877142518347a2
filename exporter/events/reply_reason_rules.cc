#include "exporter/events/reply_reason_rules.h"

#include <array>

namespace mta {

std::span<const ReasonTable> ReplyTables() {
  static const std::array kTables = {ProviderRules(),    PacingRules(),     AuthenticationRules(),
                                     RelayingRules(),    ReputationRules(), SenderRules(),
                                     RecipientRules(),   ContentRules(),    SystemRules(),
                                     GeneralWordRules(), FillerWordRules()};
  return kTables;
}

}  // namespace mta
