// Queue manager records (Postfix 2.0–3.12, src/qmgr/qmgr_active.c).
//
//   from=<S>, size=N, nrcpt=N (queue active)      at every attempt, not once a message
//   from=<S>, status=expired, returned to sender  also force-expired
#pragma once

#include <cstdint>
#include <string_view>

namespace mta::postfix {

struct QueueLine {
  enum class Kind : uint8_t { kActive, kExpired };
  Kind kind = Kind::kActive;
  std::string_view sender;
  uint64_t size_bytes = 0;
  uint64_t recipients = 0;
};

// `text` begins behind `from=<`.
bool ParseQueueLine(std::string_view text, QueueLine& out);

}  // namespace mta::postfix
