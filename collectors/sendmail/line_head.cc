#include "collectors/sendmail/line_head.h"

#include "collectors/sendmail/queue_id.h"
#include "exporter/base/scanner.h"

namespace mta::sendmail {
namespace {

// `[n]` of a split record; no part where there is none.
uint32_t TakePart(Scanner& scanner) {
  Scanner ahead = scanner;
  uint64_t part = 0;
  if (!ahead.Take('[') || !ahead.TakeUnsigned(part) || !ahead.Take(']') || part > 999) return 0;
  scanner = ahead;
  return static_cast<uint32_t>(part);
}

}  // namespace

LineHead ReadLineHead(std::string_view message, bool known_sendmail) {
  LineHead head;
  Scanner scanner(message);
  const std::string_view word = scanner.TakeWhile(IsAlnum);
  head.part = TakePart(scanner);
  if (!scanner.Take(": ")) return {.body = message};
  head.body = scanner.rest();
  if (word.empty() && head.part > 0) return head;
  if (word == "NOQUEUE") {
    head.kind = LineHead::Kind::kNoQueue;
  } else if (IsQueueId(word) || (known_sendmail && IsAnyQueueId(word))) {
    head.kind = LineHead::Kind::kQueueId;
    head.queue_id = word;
  } else {
    return {.body = message};
  }
  return head;
}

}  // namespace mta::sendmail
