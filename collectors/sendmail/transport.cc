#include "collectors/sendmail/transport.h"

#include <algorithm>
#include <array>

#include "collectors/sendmail/fields.h"
#include "exporter/base/ascii.h"

namespace mta::sendmail {
namespace {

constexpr std::string_view kOther = "other";
constexpr std::array<std::string_view, 3> kSubmissionTags = {"sendmail", "sm-msp-queue", "sm-client"};

// The word of the blank separated `list` that is `word`, empty where it is not among them.
std::string_view FindWord(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const size_t end = std::min(list.find(' '), list.size());
    if (list.substr(0, end) == word) return list.substr(0, end);
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return {};
}

bool IsLoopback(std::string_view relay) {
  const std::string_view address = RelayAddress(relay);
  if (!address.empty())
    return address.starts_with("127.") || address == "::1" || address == "0:0:0:0:0:0:0:1";
  return relay == "localhost" || relay.starts_with("localhost.");
}

// `127.0.0.1`, `127.0.0.1:10024`, `[::1]:10024` or a host name: without the port.
std::string_view WithoutPort(std::string_view configured) {
  if (configured.starts_with('[')) return RelayAddress(configured);
  const size_t colon = configured.rfind(':');
  return configured.find(':') == colon ? configured.substr(0, colon) : configured;
}

bool IsConfigured(std::string_view relay, std::span<const std::string> internal_relays) {
  const std::string_view address = RelayAddress(relay);
  std::string_view name = RelayName(relay);
  if (name.ends_with('.')) name.remove_suffix(1);
  return std::any_of(internal_relays.begin(), internal_relays.end(), [&](std::string_view configured) {
    const std::string_view host = WithoutPort(configured);
    return !host.empty() && (host == address || EqualsIgnoreCase(host, name));
  });
}

bool SaysQueued(std::string_view stat) {
  return stat.find("Message accepted for delivery") != std::string_view::npos ||
         stat.find("queued as ") != std::string_view::npos;
}

}  // namespace

std::string_view TransportOf(std::string_view mailer) {
  if (mailer == "*file*") mailer = "file";
  const std::string_view transport = FindWord(kTransports, mailer);
  return transport.empty() ? kOther : transport;
}

Hop HopOf(const DeliveryLine& line, DeliveryStatus status, std::string_view tag,
          std::span<const std::string> internal_relays) {
  if (line.relay.empty()) return Hop::kFinal;
  if (IsLoopback(line.relay)) {
    const bool submission =
        std::find(kSubmissionTags.begin(), kSubmissionTags.end(), tag) != kSubmissionTags.end();
    if (submission && line.mailer == "relay") return Hop::kInternal;
    if (status == DeliveryStatus::kSent && SaysQueued(line.stat)) return Hop::kInternal;
  }
  return !internal_relays.empty() && IsConfigured(line.relay, internal_relays) ? Hop::kInternal : Hop::kFinal;
}

}  // namespace mta::sendmail
