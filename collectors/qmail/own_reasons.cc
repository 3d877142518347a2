#include "collectors/qmail/own_reasons.h"

#include <optional>

#include "collectors/qmail/own_reason_rules.h"
#include "exporter/base/ascii.h"
#include "exporter/events/reply_reason.h"

namespace mta::qmail {
namespace {

const ReasonRules& ReportTable() {
  static const ReasonRules rules(ReportRules());
  return rules;
}

// qmail-send adds this as the last line of the report of a message that is too old, whatever the attempt
// gave.
bool IsExpired(std::string_view report) {
  constexpr std::string_view kLine =
      "I'm not going to try again; this message has been in the queue too long.";
  while (report.ends_with('/') || report.ends_with(' ')) report.remove_suffix(1);
  return report.ends_with(kLine);
}

// What stands after `Remote host said: `, without qmail's own line behind it.
std::optional<std::string_view> RemoteReply(std::string_view report) {
  constexpr std::string_view kSaid = "Remote host said: ";
  const size_t said = report.find(kSaid);
  if (said == std::string_view::npos) return std::nullopt;
  const std::string_view reply = report.substr(said + kSaid.size());
  return reply.substr(0, reply.rfind("/Giving up on "));
}

// The last `(#x.y.z)`: the code that qmail's programs put behind their sentences.
std::string_view OwnCode(std::string_view report) {
  const size_t open = report.rfind("(#");
  if (open == std::string_view::npos) return {};
  const std::string_view code = report.substr(open + 2);
  return code.substr(0, code.find(')'));
}

// A server that answers with no code at all does not speak SMTP.
Reason RemoteReason(std::string_view reply, ReasonMemo& memo) {
  const Reason reason = ClassifyReply({.text = reply}, memo);
  const bool has_code = !reply.empty() && IsDigit(reply.front());
  return reason == Reason::kOther && !has_code ? Reason::kProtocolError : reason;
}

}  // namespace

Reason DeliveryReason(std::string_view report, bool temporary, ReasonMemo& memo) {
  if (!temporary && IsExpired(report)) return Reason::kExpired;
  if (const auto reply = RemoteReply(report)) return RemoteReason(*reply, memo);
  if (const ReasonRule* rule = ReportTable().Match(ReasonText(report), {}, {})) return rule->reason;
  const Reason reason =
      ClassifyReply({.text = report, .enhanced_status = OwnCode(report), .ours = true}, memo);
  // A program of this host failed, and said nothing that is known: an empty report, a mangled one, its own
  // words.
  return reason == Reason::kOther ? Reason::kLocalError : reason;
}

}  // namespace mta::qmail
