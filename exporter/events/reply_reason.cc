#include "exporter/events/reply_reason.h"

#include <functional>

#include "exporter/events/reason_text.h"
#include "exporter/events/reply_reason_codes.h"
#include "exporter/events/reply_reason_rules.h"

namespace mta {
namespace {

const ReasonRules& Rules() {
  static const ReasonRules rules(ReplyTables());
  return rules;
}

bool IsIn(std::span<const ReasonRule> table, const ReasonRule* rule) {
  return rule != nullptr && !std::less<>()(rule, table.data()) &&
         std::less<>()(rule, table.data() + table.size());
}

Reason ReplyReason(const ReplyParts& parts, std::string_view logged_status) {
  const auto own_code = ParseEnhancedCode(parts.enhanced);
  const auto code = own_code ? own_code : ParseEnhancedCode(logged_status);
  const std::string_view status = own_code ? parts.enhanced : logged_status;
  const ReasonRule* rule = Rules().Match(ReasonText(parts.words, parts.digits), status, parts.digits);
  const bool is_filler = IsIn(FillerWordRules(), rule);
  const bool is_general = IsIn(GeneralWordRules(), rule);
  if (rule != nullptr && !is_general && !is_filler) return rule->reason;
  if (code) {
    if (const auto reason = SpecificCodeReason(*code)) return *reason;
  }
  if (is_general) return rule->reason;
  if (code) {
    if (const auto reason = GeneralCodeReason(*code)) return *reason;
  }
  return is_filler ? rule->reason : DigitsReason(parts.digits);
}

bool IsAboutConnection(Reason reason) {
  switch (reason) {
    case Reason::kConnectionRefused:
    case Reason::kConnectionTimeout:
    case Reason::kConnectionLost:
    case Reason::kConnectionFailed:
    case Reason::kNetworkUnreachable:
      return true;
    default:
      return false;
  }
}

}  // namespace

Reason ClassifyReply(const Reply& reply) {
  const Reason reason = ReplyReason(SplitReply(reply.text), reply.enhanced_status);
  if (reply.ours) return reason == Reason::kRemoteSystem ? Reason::kLocalError : reason;
  return IsAboutConnection(reason) && !reply.about_connection ? Reason::kRemoteSystem : reason;
}

}  // namespace mta
