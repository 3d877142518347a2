// `QID: NEWID: TYPE: TEXT`: sendmail made a message about a message (DSN, sender notify, return to sender,
// postmaster notify), or split one (clone).
#include "collectors/sendmail/queue_id.h"
#include "collectors/sendmail/steps.h"
#include "exporter/base/scanner.h"

namespace mta::sendmail {
namespace {

bool TakeKind(Scanner& scanner, BounceKind& kind) {
  if (scanner.Take("postmaster notify: ") || scanner.Take("return to sender: ")) {
    kind = BounceKind::kPostmaster;
    return true;
  }
  if (!scanner.Take("DSN: ") && !scanner.Take("sender notify: ")) return false;
  if (scanner.rest().starts_with("Return receipt")) {
    kind = BounceKind::kDeliveryStatus;
  } else if (scanner.rest().starts_with("Warning: could not send")) {
    kind = BounceKind::kDelay;
  } else {
    kind = BounceKind::kNondelivery;
  }
  return true;
}

// A message that is given up is announced once to its sender and perhaps once more to the postmaster.
bool IsFirstExpiry(const Line& line, Memory& memory) {
  MessageFacts& message = memory.Message(line);
  const bool first = message.expired == 0;
  message.expired = 1;
  return first;
}

}  // namespace

Verdict OnRelatedId(const Line& line, Memory& memory) {
  Scanner scanner(line.body);
  std::string_view new_id;
  BounceKind kind = BounceKind::kNondelivery;
  if (!scanner.TakeUntil(": ", new_id)) return Verdict::kUnrecognized;
  if (scanner.rest().starts_with("clone: "))
    line.Emit(MessageForked{.queue_id = line.queue_id, .new_queue_id = new_id});
  if (!TakeKind(scanner, kind)) return Verdict::kIgnored;
  line.Emit(BounceMessage{.queue_id = line.queue_id, .bounce_queue_id = new_id, .kind = kind});
  if (scanner.rest().starts_with("Cannot send message for ") && IsFirstExpiry(line, memory))
    line.Emit(MessageExpired{.queue_id = line.queue_id});
  return Verdict::kParsed;
}

}  // namespace mta::sendmail
