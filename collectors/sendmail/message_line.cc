#include "collectors/sendmail/message_line.h"

#include <algorithm>

#include "collectors/sendmail/fields.h"
#include "collectors/sendmail/steps.h"
#include "exporter/base/scanner.h"

namespace mta::sendmail {
namespace {

constexpr size_t kSenderCut = 200;
constexpr std::string_view kSize = ", size=";
constexpr std::string_view kRelay = ", relay=";

// A sender of more than 200 bytes is cut there, perhaps within its quotes.
bool TakeSender(Scanner& scanner, std::string_view& sender) {
  const std::string_view text = scanner.rest();
  size_t end = EndOfValue(text, [](std::string_view rest) { return rest.starts_with("size="); });
  if (end > kSenderCut) end = kSenderCut;
  if (end > text.size() || !text.substr(end).starts_with(kSize)) return false;
  sender = Unbracket(text.substr(0, end));
  scanner.Skip(end);
  return true;
}

// Takes `key` and a whole number; a negative one is 0.
bool TakeNumber(Scanner& scanner, std::string_view key, uint64_t& out) {
  Scanner ahead = scanner;
  if (!ahead.Take(key)) return false;
  const bool negative = ahead.Take('-');
  if (!ahead.TakeUnsigned(out)) return false;
  if (negative) out = 0;
  scanner = ahead;
  return true;
}

bool IsPlainValue(std::string_view value) {
  return !value.empty() && std::none_of(value.begin(), value.end(),
                                        [](char c) { return c == ' ' || c == '<' || c == '>' || c == '"'; });
}

// Walks over `, key=value` fields from the end of a text to its beginning.
class FieldsFromTheEnd {
 public:
  explicit FieldsFromTheEnd(std::string_view fields) : rest_(fields) { FindLast(); }
  std::string_view rest() const { return rest_; }

  // Takes the last field if it is `key` with a plain value, as sendmail itself gives.
  bool Take(std::string_view key, std::string_view& value) {
    if (!BeginsWith(last_, key) || !IsPlainValue(last_.substr(key.size()))) return false;
    value = last_.substr(key.size());
    rest_.remove_suffix(last_.size() + kFieldEnd.size());
    FindLast();
    return true;
  }

 private:
  void FindLast() {
    const size_t at = rest_.rfind(',');
    const bool is_field = at != std::string_view::npos && rest_.substr(at).starts_with(kFieldEnd);
    last_ = is_field ? rest_.substr(at + kFieldEnd.size()) : std::string_view();
  }
  std::string_view rest_;
  std::string_view last_;
};

// What stands between the numbers and the relay.  The message id may forge any field, so the ones behind it
// are read from the end.
void ReadSession(std::string_view fields, MessageLine& line) {
  FieldsFromTheEnd last(fields);
  std::string_view unused;
  last.Take("auth=", unused);
  last.Take("cipher=", unused);
  last.Take("tls_version=", unused);
  last.Take("tls_verify=", unused);
  last.Take("daemon=", unused);
  last.Take("proto=", line.protocol);
  last.Take("bodytype=", unused);
  line.collected = last.rest().starts_with(", msgid=");
  if (line.collected) line.message_id = last.rest().substr(8);
}

// The last `, relay=`.
size_t FindRelay(std::string_view fields) {
  size_t at = fields.rfind(',');
  while (at != std::string_view::npos && !fields.substr(at).starts_with(kRelay))
    at = at == 0 ? std::string_view::npos : fields.rfind(',', at - 1);
  return at;
}

}  // namespace

std::optional<MessageLine> ParseMessageLine(std::string_view fields) {
  MessageLine line;
  Scanner scanner(fields);
  uint64_t unused = 0;
  if (!TakeSender(scanner, line.sender) || !TakeNumber(scanner, kSize, line.size_bytes) ||
      !TakeNumber(scanner, ", class=", unused))
    return std::nullopt;
  TakeNumber(scanner, ", pri=", unused);
  if (!TakeNumber(scanner, ", nrcpts=", line.recipients)) return std::nullopt;
  const size_t relay = FindRelay(scanner.rest());
  if (relay == std::string_view::npos) return std::nullopt;
  line.relay = scanner.rest().substr(relay + kRelay.size());
  ReadSession(scanner.rest().substr(0, relay), line);
  return line;
}

namespace {

// proto=ESMTPS, ESMTPA, ESMTPSA.
bool IsSecured(std::string_view protocol) {
  return protocol.size() > 5 && protocol.starts_with("ESMTP");
}

}  // namespace

Verdict OnMessage(const Line& line, Memory& memory) {
  const auto message = ParseMessageLine(line.body.substr(5));
  if (!message) return Verdict::kUnrecognized;
  if (IsSecured(message->protocol)) memory.log_level.SawSecuredMessage(memory.now_ns);
  if (!message->collected) return Verdict::kIgnored;
  line.Emit(MessageSource{.queue_id = line.queue_id,
                          .client_name = RelayName(message->relay),
                          .client_address = RelayAddress(message->relay)});
  line.Emit(MessageReceived{.queue_id = line.queue_id,
                            .message_id = message->message_id,
                            .origin = message->protocol.empty() ? Origin::kLocal : Origin::kSmtp});
  line.Emit(MessageEnvelope{.queue_id = line.queue_id,
                            .sender = message->sender,
                            .size_bytes = message->size_bytes,
                            .recipients = message->recipients});
  return Verdict::kParsed;
}

}  // namespace mta::sendmail
