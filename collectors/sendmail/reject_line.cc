#include "collectors/sendmail/reject_line.h"

#include "collectors/sendmail/fields.h"
#include "collectors/sendmail/own_reasons.h"
#include "collectors/sendmail/steps.h"
#include "exporter/base/scanner.h"

namespace mta::sendmail {

std::string_view ReplyCode(std::string_view reply) {
  const bool has_code = reply.size() >= 3 && (reply[0] == '4' || reply[0] == '5') && IsDigit(reply[1]) &&
                        IsDigit(reply[2]) && (reply.size() == 3 || !IsDigit(reply[3]));
  return has_code ? reply.substr(0, 3) : std::string_view();
}

std::string_view LastReject(std::string_view text) {
  constexpr std::string_view kReject = ", reject=";
  const size_t at = text.rfind(kReject);
  return at == std::string_view::npos ? std::string_view() : text.substr(at + kReject.size());
}

SmtpCommand CommandOfRuleset(std::string_view ruleset) {
  if (ruleset == "check_relay") return SmtpCommand::kConnect;
  if (ruleset == "check_mail") return SmtpCommand::kMail;
  if (ruleset == "check_rcpt") return SmtpCommand::kRcpt;
  if (ruleset == "check_data") return SmtpCommand::kData;
  if (ruleset == "check_eoh" || ruleset == "check_eom") return SmtpCommand::kEndOfData;
  const bool of_sendmail = ruleset == "check_etrn" || ruleset == "check_vrfy" || ruleset == "check_expn" ||
                           ruleset == "check_compat" || ruleset == "trust_auth" || ruleset == "tls_client" ||
                           ruleset == "srv_features" || ruleset == "queuegroup" || ruleset == "authinfo";
  return of_sendmail ? SmtpCommand::kOther
                     : SmtpCommand::kEndOfData;  // the rest are header checks, named freely
}

namespace {

// `ruleset=NAME, arg1=A[, arg2=B][, relay=R], reject=CODE X.Y.Z TEXT` (or `, discard`, `, quarantine=TEXT`)
struct RulesetLine {
  std::string_view ruleset;
  std::string_view argument;
  std::string_view relay;
  std::string_view reject;  // empty where it is none
};

bool FollowsArgument(std::string_view rest) {
  return rest.starts_with("arg2=") || rest.starts_with("relay=") || rest.starts_with("reject=") ||
         rest.starts_with("discard") || rest.starts_with("quarantine=");
}

// Takes the fields behind an argument whose end is sure.
void ReadTail(std::string_view tail, RulesetLine& line) {
  Scanner scanner(tail);
  std::string_view unused;
  if (scanner.Take("arg2=") && !scanner.TakeUntil(kFieldEnd, unused)) return;
  if (scanner.Take("relay=") && !scanner.TakeUntil(kFieldEnd, line.relay)) return;
  if (scanner.Take("reject=")) line.reject = scanner.rest();
}

std::optional<RulesetLine> ParseRulesetLine(std::string_view fields) {
  RulesetLine line;
  Scanner scanner(fields);
  if (!scanner.TakeUntil(", arg1=", line.ruleset)) return std::nullopt;
  const bool is_address = scanner.peek() == '<' || line.ruleset == "check_relay";
  const size_t end = is_address ? EndOfValue(scanner.rest(), FollowsArgument) : std::string_view::npos;
  if (end != std::string_view::npos) {
    line.argument = Unbracket(scanner.rest().substr(0, end));
    ReadTail(scanner.rest().substr(end + kFieldEnd.size()), line);
  } else {
    // A header, or an address cut within its quotes: nothing but the end of the line is sure.
    line.reject = scanner.rest().ends_with(", discard") ? std::string_view() : LastReject(scanner.rest());
  }
  return line;
}

bool JudgesOutgoing(std::string_view ruleset) {
  return ruleset == "tls_server" || ruleset == "tls_rcpt" || ruleset == "try_tls";
}

Reject RejectOf(const Line& line, const RulesetLine& ruleset, ReasonMemo& reasons) {
  Reject reject{.queue_id = line.queue_id,
                .listener = kUnknownListener,
                .command = CommandOfRuleset(ruleset.ruleset),
                .rejected_by = RejectedBy::kRuleset,
                .code = ReplyCode(ruleset.reject),
                .reason = RejectReason(ruleset.reject, reasons),
                .text = ruleset.reject,
                .client_address = RelayAddress(ruleset.relay)};
  if (reject.command == SmtpCommand::kMail) reject.sender = ruleset.argument;
  if (reject.command == SmtpCommand::kRcpt) reject.recipient = ruleset.argument;
  return reject;
}

}  // namespace

Verdict OnRuleset(const Line& line, Memory& memory) {
  const auto ruleset = ParseRulesetLine(line.body.substr(8));
  if (!ruleset) return Verdict::kUnrecognized;
  if (ruleset->reject.empty()) return Verdict::kIgnored;  // discard, quarantine
  if (JudgesOutgoing(ruleset->ruleset)) {
    line.Emit(ConnectionError{.queue_id = line.queue_id,
                              .transport = "other",
                              .cause = ConnectionFault::kTls,
                              .text = ruleset->reject});
  } else {
    line.Emit(RejectOf(line, *ruleset, memory.reasons));
  }
  return Verdict::kParsed;
}

Verdict OnRefusedAddress(const Line& line, Memory& memory) {
  size_t end =
      FindOutside(line.body, '.', [&line](size_t at) { return line.body.substr(at).starts_with("... "); });
  // A long address is cut in its middle, perhaps within its quotes.
  if (end == std::string_view::npos) end = line.body.rfind(">... ") + 1;
  if (end == 0) return Verdict::kIgnored;  // `<-- MAIL FROM:…`, the dialogue of LogLevel 15
  const std::string_view text = line.body.substr(end + 4);
  line.Emit(Reject{.queue_id = line.queue_id,
                   .listener = kUnknownListener,
                   .command = SmtpCommand::kRcpt,
                   .reason = RejectReason(text, memory.reasons),
                   .text = text,
                   .recipient = Unbracket(line.body.substr(0, end))});
  return Verdict::kParsed;
}

Verdict OnTooManyRecipients(const Line& line, Memory& memory) {
  line.Emit(Reject{.queue_id = line.queue_id,
                   .listener = kUnknownListener,
                   .command = SmtpCommand::kRcpt,
                   .reason = RejectReason(line.body, memory.reasons),
                   .text = line.body});
  return Verdict::kParsed;
}

}  // namespace mta::sendmail
