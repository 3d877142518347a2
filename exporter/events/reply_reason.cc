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

// `words`: the words of `parts`.
Reason ReplyReason(const ReplyParts& parts, const ReasonText& words, std::string_view logged_status) {
  const auto own_code = ParseEnhancedCode(parts.enhanced);
  const auto code = own_code ? own_code : ParseEnhancedCode(logged_status);
  const std::string_view status = own_code ? parts.enhanced : logged_status;
  const ReasonRule* rule = Rules().Match(words, status, parts.digits);
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

// What `reason`, the table's, is said of.
Reason WhoseReason(Reason reason, const Reply& reply) {
  if (reply.ours) return reason == Reason::kRemoteSystem ? Reason::kLocalError : reason;
  return IsAboutConnection(reason) && !reply.about_connection ? Reason::kRemoteSystem : reason;
}

}  // namespace

Reason ClassifyReply(const Reply& reply) {
  const ReplyParts parts = SplitReply(reply.text);
  const ReasonText words(parts.words, parts.digits);
  return WhoseReason(ReplyReason(parts, words, reply.enhanced_status), reply);
}

Reason ClassifyReply(const Reply& reply, ReasonMemo& memo) {
  const ReplyParts parts = SplitReply(reply.text);
  const ReasonText words(parts.words, parts.digits);
  constexpr uint64_t kReplies = 3;
  const uint64_t numbers = Hash(reply.enhanced_status, Hash(parts.enhanced, Hash(parts.digits, kReplies)));
  const Reason reason =
      memo.Of(words.view(), numbers, [&] { return ReplyReason(parts, words, reply.enhanced_status); });
  return WhoseReason(reason, reply);
}

}  // namespace mta
