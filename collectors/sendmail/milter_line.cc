// Milter lines.  `Milter: WHAT, reject=…` are refusals, `Milter (NAME) add: header: …` changes (LogLevel 9),
// `Milter (NAME): …` the filter's own trouble.  The `milter=NAME, …` lines of LogLevel 10 say the refusals
// again and are not counted, but for quarantine, which is logged nowhere else.  Before 8.16 most changes bore
// no ` (NAME)`.
#include <algorithm>
#include <array>

#include "collectors/sendmail/fields.h"
#include "collectors/sendmail/own_reasons.h"
#include "collectors/sendmail/reject_line.h"
#include "collectors/sendmail/specific_metrics.h"
#include "collectors/sendmail/steps.h"
#include "exporter/base/scanner.h"

namespace mta::sendmail {
namespace {

Verdict CountAction(const Line& line, std::string_view action) {
  line.Emit(SpecificObservation{.metric = &kMilterActions, .label_values = {action, {}}});
  return Verdict::kParsed;
}

Verdict EmitAction(const Line& line, std::string_view action) {
  CountAction(line, action);
  if (!line.queue_id.empty())
    line.Emit(MessageAction{.queue_id = line.queue_id, .action = action, .text = line.body});
  return Verdict::kParsed;
}

struct Change {
  std::string_view begins;
  std::string_view action;
};

constexpr std::array<Change, 9> kChanges = {{{"add: header: ", "add_header"},
                                             {"insert (", "insert_header"},
                                             {"change: header ", "change_header"},
                                             {"delete: header ", "delete_header"},
                                             {"add: rcpt: ", "add_recipient"},
                                             {"delete: rcpt ", "delete_recipient"},
                                             {"chgfrom: ", "change_sender"},
                                             {"message: body replaced", "replace_body"},
                                             {": to error state", "error"}}};

// The SMTP command a refusal answers and what the client gave with it.
struct Occasion {
  std::string_view begins;
  SmtpCommand command;
  bool has_address = false;
};

constexpr std::array<Occasion, 7> kOccasions = {{{"from=", SmtpCommand::kMail, true},
                                                 {"to=", SmtpCommand::kRcpt, true},
                                                 {"data, ", SmtpCommand::kEndOfData},
                                                 {"cmd=data, ", SmtpCommand::kData},
                                                 {"cmd=", SmtpCommand::kOther},
                                                 {"helo=", SmtpCommand::kHelo},
                                                 {"connect: ", SmtpCommand::kConnect}}};

// What the milter had sendmail do to the client: `reject=TEXT`, `discard`, or at connect one of the three
// phrases. `text` begins with the occasion.
std::string_view ResultOf(std::string_view text, bool has_address) {
  if (has_address) {
    const size_t end = EndOfValue(
        text, [](std::string_view rest) { return rest.starts_with("reject=") || rest == "discard"; });
    if (end != std::string_view::npos) return text.substr(end + kFieldEnd.size());
  }
  const size_t reject = text.rfind(", reject=");
  if (reject != std::string_view::npos && !text.ends_with(", discard")) return text.substr(reject + 2);
  const size_t last = text.rfind(kFieldEnd);
  return last == std::string_view::npos ? std::string_view() : text.substr(last + kFieldEnd.size());
}

Verdict EmitRefusal(const Line& line, Reject reject, std::string_view reply, ReasonMemo& reasons) {
  reject.queue_id = line.queue_id;
  reject.listener = kUnknownListener;
  reject.rejected_by = RejectedBy::kMilter;
  reject.code = ReplyCode(reply);
  reject.reason = RejectReason(reply, reasons);
  reject.text = reply;
  line.Emit(reject);
  return CountAction(
      line, reject.code.starts_with('4') || reply.starts_with("temp failing") ? "tempfail" : "reject");
}

// The client's address of `Milter: from=<a@b>, RESULT`.
std::string_view AddressBefore(std::string_view result, std::string_view text) {
  const size_t begin = text.find('=') + 1;
  const size_t end = text.size() - result.size();
  return end < begin + kFieldEnd.size() ? std::string_view()
                                        : Unbracket(text.substr(begin, end - kFieldEnd.size() - begin));
}

// `text` is what follows `Milter: `.
Verdict OnRefusal(const Line& line, std::string_view text, ReasonMemo& reasons) {
  const auto occasion = std::find_if(kOccasions.begin(), kOccasions.end(),
                                     [text](const Occasion& o) { return text.starts_with(o.begins); });
  if (occasion == kOccasions.end())
    return Verdict::kIgnored;  // `connect to filters`, `initialization failed, …`
  const std::string_view result = ResultOf(text, occasion->has_address);
  if (result == "discard") return EmitAction(line, "discard");
  Reject reject{.command = occasion->command};
  if (reject.command == SmtpCommand::kMail) reject.sender = AddressBefore(result, text);
  if (reject.command == SmtpCommand::kRcpt) reject.recipient = AddressBefore(result, text);
  if (result.starts_with("reject=")) return EmitRefusal(line, reject, result.substr(7), reasons);
  const bool refused =
      result == "rejecting commands" || result == "temp failing commands" || result == "shutdown";
  if (reject.command == SmtpCommand::kConnect && refused) return EmitRefusal(line, reject, result, reasons);
  return Verdict::kIgnored;
}

}  // namespace

Verdict OnMilter(const Line& line, Memory& memory) {
  Scanner scanner(line.body);
  scanner.Take("Milter");
  if (scanner.Take(": ")) return OnRefusal(line, scanner.rest(), memory.reasons);
  std::string_view name;
  const bool named = scanner.Take(" (") && scanner.TakeUntil(')', name);
  if (!named || scanner.peek() != ':') scanner.Take(' ');
  for (const Change& change : kChanges) {
    if (!scanner.rest().starts_with(change.begins)) continue;
    if (change.action != "error") memory.log_level.SawDetail();
    return EmitAction(line, change.action);
  }
  return Verdict::kIgnored;
}

Verdict OnNamedMilter(const Line& line, Memory&) {
  Scanner scanner(line.body);
  std::string_view name;
  const bool quarantine = scanner.Take("milter=") && scanner.TakeUntil(kFieldEnd, name) &&
                          scanner.rest().starts_with("quarantine=");
  return quarantine ? EmitAction(line, "quarantine") : Verdict::kIgnored;
}

}  // namespace mta::sendmail
