// The delivery record: one recipient in one attempt (Postfix 2.2–3.12, src/global/log_adhoc.c).
//
//   to=<RCPT>[, orig_to=<ORIG>], relay=RELAY[, conn_use=N], delay=D[, delays=A/B/C/E][, tls=POLICY][,
//   dsn=X.Y.Z], status=STATUS (TEXT)
//
// The order is fixed.  TEXT is what the remote said, so nothing is ever searched from the right; it may have
// lost its closing parenthesis (syslog lines end at 2000 bytes).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace mta::postfix {

enum class ResultWord : uint8_t { kSent, kDeferred, kBounced, kSoftBounce, kDeliverable, kUndeliverable };

struct DeliveryLine {
  std::string_view recipient;
  std::string_view original_recipient;
  std::string_view relay;
  std::string_view enhanced_status;  // empty before Postfix 2.3
  std::string_view text;             // without its parentheses
  double delay_seconds = 0;
  std::array<double, 4> phase_seconds =
      {};  // before_queue_manager, queue_manager, connection_setup, transmission
  bool has_phases = false;
  ResultWord result = ResultWord::kSent;
};

// `text` begins behind `to=<`.
bool ParseDelivery(std::string_view text, DeliveryLine& out);

}  // namespace mta::postfix
