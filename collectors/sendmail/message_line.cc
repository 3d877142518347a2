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

// Takes a field of sendmail's own from the end of `fields`: `, key=value`.
bool TakeLast(std::string_view& fields, std::string_view key, std::string_view& value) {
  const size_t at = fields.rfind(kFieldEnd);
  if (at == std::string_view::npos) return false;
  const std::string_view field = fields.substr(at + kFieldEnd.size());
  if (!field.starts_with(key) || !IsPlainValue(field.substr(key.size()))) return false;
  value = field.substr(key.size());
  fields = fields.substr(0, at);
  return true;
}

// What stands between the numbers and the relay.  The message id may forge any field, so the ones behind it
// are read from the end.
void ReadSession(std::string_view fields, MessageLine& line) {
  std::string_view unused;
  TakeLast(fields, "auth=", unused);
  TakeLast(fields, "cipher=", unused);
  TakeLast(fields, "tls_version=", unused);
  TakeLast(fields, "tls_verify=", unused);
  TakeLast(fields, "daemon=", unused);
  TakeLast(fields, "proto=", line.protocol);
  TakeLast(fields, "bodytype=", unused);
  line.collected = fields.starts_with(", msgid=");
  if (line.collected) line.message_id = fields.substr(8);
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
  const size_t relay = scanner.rest().rfind(kRelay);
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
