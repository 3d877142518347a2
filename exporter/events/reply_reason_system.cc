// About the systems: TLS, DNS, connections, storage, protocol.

#include "exporter/events/reply_reason_rules.h"

namespace mta {
namespace {

using enum Reason;

constexpr ReasonRule kRules[] = {
    {"administrative prohibition", kPolicy, "Exim, Mimecast", "550 Administrative prohibition"},
    {"tls handshake", kTls, "sendmail", "454 4.7.0 TLS handshake failed."},
};

}  // namespace

std::span<const ReasonRule> SystemRules() {
  return kRules;
}

}  // namespace mta
