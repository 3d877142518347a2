#include "collectors/postfix/action_line.h"

#include "exporter/base/scanner.h"

namespace mta::postfix {
namespace {

constexpr std::string_view kAttributes[] = {"; from=<", "; to=<", "; proto="};

// TEXT ends where the attributes begin: at the first place that looks like it.  A stranger who puts such a
// place into the text shortens it, and gains nothing else.  WHAT, the <address> that a reject repeats, is
// stepped over.
size_t AttributesBegin(std::string_view text) {
  size_t from = 0;
  if (const size_t what = text.find('<'); what < sizeof "NNN X.YYY.ZZZ") {
    const size_t address = what + 1 + QuotedLength(text.substr(what + 1));
    if (const size_t end = text.find(">: ", address); end != std::string_view::npos) from = end;
  }
  size_t begin = text.size();
  for (std::string_view attribute : kAttributes) begin = std::min(begin, text.find(attribute, from));
  return begin;
}

std::string_view Attribute(std::string_view attributes, std::string_view name) {
  const size_t at = attributes.find(name);
  if (at == std::string_view::npos) return {};
  const std::string_view value = attributes.substr(at + name.size());
  return value.substr(0, value.find('>'));
}

std::string_view CodeOf(std::string_view text) {
  if (text.size() < 3 || !IsDigit(text[0]) || !IsDigit(text[1]) || !IsDigit(text[2])) return {};
  if (text.size() > 3 && text[3] != ' ' && text[3] != '-') return {};
  return text[0] >= '2' && text[0] <= '5' ? text.substr(0, 3) : std::string_view{};
}

bool ParseText(std::string_view text, ActionLine& out) {
  const size_t begin = AttributesBegin(text);
  const std::string_view attributes = text.substr(begin);
  out.text = text.substr(0, begin);
  out.code = CodeOf(out.text);
  out.sender = Attribute(attributes, "from=<");
  out.recipient = Attribute(attributes, "to=<");
  return true;
}

// cleanup: the text of the check, if it has one, stands behind the attributes.  The last ones are cleanup's
// own: those before them are part of what the sender wrote.
bool ParseContentCheck(std::string_view rest, ActionLine& out) {
  out.content = true;
  out.command = SmtpCommand::kEndOfData;
  const size_t attributes = rest.rfind("; from=<");
  const size_t end = attributes == std::string_view::npos ? attributes : rest.find(">: ", attributes);
  out.text = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 3);
  if (attributes == std::string_view::npos) return true;
  out.sender = Attribute(rest.substr(attributes), "from=<");
  out.recipient = Attribute(rest.substr(attributes), "to=<");
  return true;
}

bool TakeClient(Scanner& in, Peer& client) {
  if (TakePeer(in, client)) return in.Take(": ");
  std::string_view unknown;  // a client that is no N[A] at all
  return in.TakeUntil(": ", unknown);
}

}  // namespace

SmtpCommand CommandOf(std::string_view stage) {
  struct Stage {
    std::string_view word;
    SmtpCommand command;
  };
  static constexpr Stage kStages[] = {
      {"RCPT", SmtpCommand::kRcpt},
      {"MAIL", SmtpCommand::kMail},
      {"CONNECT", SmtpCommand::kConnect},
      {"connect", SmtpCommand::kConnect},
      {"startup", SmtpCommand::kConnect},
      {"EHLO", SmtpCommand::kHelo},
      {"HELO", SmtpCommand::kHelo},
      {"LHLO", SmtpCommand::kHelo},
      {"DATA", SmtpCommand::kData},
      {"BDAT", SmtpCommand::kData},
      {"DATA content", SmtpCommand::kData},
      {"BDAT content", SmtpCommand::kData},
      {"END-OF-MESSAGE", SmtpCommand::kEndOfData},
  };
  for (const Stage& known : kStages) {
    if (known.word == stage) return known.command;
  }
  return SmtpCommand::kOther;
}

bool ParseAction(std::string_view text, ActionLine& out) {
  constexpr size_t kLongestStage = 24;
  out = {};
  Scanner in(text);
  const auto in_action = [](char c) { return IsLower(c) || c == '-' || c == '_'; };
  out.action = in.TakeWhile(in_action);
  if (out.action.empty() || !in.Take(": ")) return false;

  Scanner ahead = in;
  const std::string_view stage = ahead.TakeWhile([](char c) { return IsUpper(c) || c == '-'; });
  if (stage.empty() && !in.rest().starts_with("connect from ")) return ParseContentCheck(in.rest(), out);
  if (ahead.Take(": ")) {  // proxy-accept, proxy-reject: no client
    out.command = CommandOf(stage);
    return ParseText(ahead.rest(), out);
  }
  std::string_view words;
  if (!in.TakeUntil(" from ", words) || words.size() > kLongestStage) return false;
  out.command = CommandOf(words);
  return TakeClient(in, out.client) && ParseText(in.rest(), out);
}

}  // namespace mta::postfix
