#include "exporter/events/reply_reason.h"

#include "exporter/events/reply_reason_codes.h"

namespace mta {
namespace {

Reason ReplyReason(const ReplyParts& parts, std::string_view logged_code) {
  auto code = ParseEnhancedCode(parts.enhanced);
  if (!code) code = ParseEnhancedCode(logged_code);
  if (code) {
    if (const auto reason = SpecificCodeReason(*code)) return *reason;
    if (const auto reason = GeneralCodeReason(*code)) return *reason;
  }
  return DigitsReason(parts.digits);
}

}  // namespace

Reason ClassifyReply(const Reply& reply) {
  const Reason reason = ReplyReason(SplitReply(reply.text), reply.enhanced_status);
  return reply.ours && reason == Reason::kRemoteSystem ? Reason::kLocalError : reason;
}

}  // namespace mta
