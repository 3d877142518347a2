#include "collectors/postfix/own_reasons.h"

#include <array>
#include <optional>

#include "collectors/postfix/own_reason_rules.h"
#include "exporter/base/scanner.h"
#include "exporter/events/reply_reason.h"
#include "exporter/events/reply_reason_codes.h"

namespace mta::postfix {
namespace {

const ReasonRules& DeliveryTable() {
  static const ReasonRules rules(DeliveryRules());
  return rules;
}

const ReasonRules& RejectTable() {
  static const ReasonRules rules(RejectRules());
  return rules;
}

// `host N[A] said: TEXT (in reply to CMD command)`, `host N[A] refused to talk to me: TEXT`: TEXT.  N[A]
// holds no blank, so the first phrase that stands there is Postfix's own.
std::optional<std::string_view> RemoteReply(std::string_view text) {
  Scanner in(text);
  if (!in.Take("host ")) return std::nullopt;
  in.TakeWhile([](char c) { return c != ' '; });
  if (!in.Take(" said: ") && !in.Take(" refused to talk to me: ")) return std::nullopt;
  const std::string_view reply = in.rest();
  return reply.substr(0, reply.rfind(" (in reply to "));
}

// A program may say more in its output than Postfix makes of its exit status: that the mailbox is full, or
// the mail spam. What it says of its own connections and files is trouble of this host.
Reason ProgramReason(std::string_view output, ReasonMemo& memo) {
  const Reason reason = ClassifyReply({.text = output, .ours = true}, memo);
  switch (reason) {
    case Reason::kUserUnknown:
    case Reason::kMailboxFull:
    case Reason::kMailboxUnavailable:
    case Reason::kMessageTooLarge:
    case Reason::kSpamContent:
    case Reason::kLoop:
      return reason;
    default:
      return Reason::kLocalError;
  }
}

}  // namespace

Reason DeliveryReason(std::string_view enhanced_status, std::string_view text, bool bounced,
                      ReasonMemo& memo) {
  if (text.starts_with("delivery temporarily suspended: ")) return Reason::kSuspended;
  if (enhanced_status.empty()) enhanced_status = bounced ? "5.0.0" : "4.0.0";
  if (const auto reply = RemoteReply(text))
    return ClassifyReply({.text = *reply, .enhanced_status = enhanced_status}, memo);
  if (const ReasonRule* rule = DeliveryTable().Match(ReasonText(text), enhanced_status, {})) {
    constexpr std::string_view kOutput = "Command output: ";
    const size_t output = text.find(kOutput);
    const bool asks_program = rule->reason == Reason::kLocalError && output != std::string_view::npos;
    return asks_program ? ProgramReason(text.substr(output + kOutput.size()), memo) : rule->reason;
  }
  return ClassifyReply({.text = text, .enhanced_status = enhanced_status, .ours = true}, memo);
}

Reason RejectReason(std::string_view text, ReasonMemo& memo) {
  const ReplyParts parts = SplitReply(text);
  const ReasonText words(parts.words, parts.digits);
  constexpr uint64_t kRejects = 2;
  return memo.Of(words.view(), Hash(parts.enhanced, Hash(parts.digits, kRejects)), [&] {
    const ReasonRule* rule = RejectTable().Match(words, parts.enhanced, parts.digits);
    if (rule != nullptr) return rule->reason;
    const Reason reason = ClassifyReply({.text = text, .ours = true});
    // A rule of this host's administrator said no.
    return reason == Reason::kOther ? Reason::kPolicy : reason;
  });
}

}  // namespace mta::postfix
