#include "collectors/postfix/queue_line.h"

#include "collectors/postfix/address.h"
#include "exporter/base/scanner.h"

namespace mta::postfix {

bool ParseQueueLine(std::string_view text, QueueLine& out) {
  return SplitAddress(text, [&](std::string_view sender, std::string_view rest) {
    out = {};
    out.sender = sender;
    Scanner in(rest);
    if (in.Take(", size=")) {
      out.kind = QueueLine::Kind::kActive;
      return in.TakeUnsigned(out.size_bytes) && in.Take(", nrcpt=") && in.TakeUnsigned(out.recipients) &&
             in.Take(" (queue active)") && in.done();
    }
    out.kind = QueueLine::Kind::kExpired;
    return in.Take(", status=") && (in.Take("expired") || in.Take("force-expired")) &&
           (in.done() || in.rest() == ", returned to sender");
  });
}

}  // namespace mta::postfix
