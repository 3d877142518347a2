#include "collectors/sendmail/own_reasons.h"

#include "collectors/sendmail/own_reason_rules.h"
#include "exporter/base/ascii.h"
#include "exporter/events/reply_reason.h"

namespace mta::sendmail {
namespace {

constexpr std::string_view kDeferred = "Deferred";
constexpr std::string_view kDeferredWhy = "Deferred: ";

const ReasonRules& StatTable() {
  static const ReasonRules rules(StatRules());
  return rules;
}

// `Deferred: 451 4.3.0 try later`: what the server said last.  It may be another reply than the one of
// reply=, which is then not the one that ended the session.
bool QuotesReply(std::string_view stat) {
  return stat.starts_with(kDeferredWhy) && stat.size() > kDeferredWhy.size() &&
         IsDigit(stat[kDeferredWhy.size()]);
}

Reason OwnReason(std::string_view enhanced_status, std::string_view stat, ReasonMemo& memo) {
  if (const ReasonRule* rule = StatTable().Match(ReasonText(stat), enhanced_status, {})) return rule->reason;
  // Bare `Deferred`: the connection ended, or DANE forbade it; the code tells, where it is not 4.0.0.
  if (stat == kDeferred) {
    const Reason reason =
        ClassifyReply({.text = {}, .enhanced_status = enhanced_status, .about_connection = true}, memo);
    return reason == Reason::kOther ? Reason::kConnectionFailed : reason;
  }
  return ClassifyReply({.text = stat, .enhanced_status = enhanced_status, .about_connection = true}, memo);
}

}  // namespace

Reason DeliveryReason(std::string_view enhanced_status, std::string_view stat, std::string_view reply,
                      bool is_program, ReasonMemo& memo) {
  if (QuotesReply(stat))
    return ClassifyReply({.text = stat.substr(kDeferredWhy.size()), .enhanced_status = enhanced_status},
                         memo);
  if (!reply.empty()) {
    const Reason reason = ClassifyReply({.text = reply, .enhanced_status = enhanced_status}, memo);
    if (reason != Reason::kOther) return reason;
  }
  const Reason reason = OwnReason(enhanced_status, stat, memo);
  return is_program && reason == Reason::kRemoteSystem ? Reason::kLocalError : reason;
}

Reason RejectReason(std::string_view text, ReasonMemo& memo) {
  const Reason reason = ClassifyReply({.text = text, .ours = true}, memo);
  return reason == Reason::kOther ? Reason::kPolicy : reason;  // a rule of this host's administrator said no
}

}  // namespace mta::sendmail
