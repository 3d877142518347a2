// What a sent result says of the queue the message went into next.
//
//   250 2.0.0 Ok: queued as 4jXQn26mX6z1d6DP           Postfix, and filters that give its answer on
//   6AMAoakF027072 Message accepted for delivery       sendmail
//   forwarded as 4F1A2B3C4D                            Postfix's local, by an alias or .forward
#pragma once

#include <string_view>

#include "exporter/events/events.h"

namespace mta {

// The queue id, where the next queue may be one of this log.  The text is the next server's: believe it only
// together with what the message of that id says of itself.
std::string_view QueuedAs(std::string_view text);

inline std::string_view QueuedAs(const DeliveryAttempt& attempt) {
  return QueuedAs(attempt.text);
}

}  // namespace mta
