#include "exporter/queue/postfix_file.h"

#include "exporter/base/scanner.h"

namespace mta {
namespace {

struct QueueRecord {
  char type = '\0';
  std::string_view text;
};

bool TakeLength(Scanner& in, size_t& length) {
  constexpr int kMostBits = 28;
  length = 0;
  for (int shift = 0; shift < kMostBits; shift += 7) {
    if (in.done()) return false;
    const auto byte = static_cast<unsigned char>(in.peek());
    in.Skip(1);
    length |= static_cast<size_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return true;
  }
  return false;
}

bool TakeRecord(Scanner& in, QueueRecord& record) {
  size_t length = 0;
  if (in.done()) return false;
  record.type = in.peek();
  in.Skip(1);
  if (!TakeLength(in, length) || length > in.rest().size()) return false;
  record.text = in.rest().substr(0, length);
  in.Skip(length);
  return true;
}

std::optional<uint64_t> FirstNumber(std::string_view text) {
  Scanner in(text);
  in.TakeWhile([](char c) { return c == ' '; });
  uint64_t number = 0;
  if (!in.TakeUnsigned(number)) return std::nullopt;
  return number;
}

}  // namespace

PostfixHead ParsePostfixHead(std::string_view head) {
  PostfixHead found;
  Scanner in(head);
  for (QueueRecord record; TakeRecord(in, record);) {
    if (record.type == 'C') found.message_bytes = FirstNumber(record.text);
    if (record.type != 'T') continue;
    const auto seconds = FirstNumber(record.text);
    if (seconds && *seconds > 0 && *seconds <= INT64_MAX)
      found.arrival_seconds = static_cast<int64_t>(*seconds);
    break;
  }
  return found;
}

}  // namespace mta
