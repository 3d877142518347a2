// sendmail's mailers as the label `transport`, and whether a delivery was only a hop within this host.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "collectors/sendmail/delivery_line.h"
#include "exporter/events/events.h"

namespace mta::sendmail {

// METRICS.md section 1, blank separated, without `other`.
inline constexpr std::string_view kTransports =
    "esmtp smtp smtp8 dsmtp relay local prog file procmail cyrusv2 lmtp uucp";

// `*file*` is file; a mailer that is not in the list is other.  Static storage.
std::string_view TransportOf(std::string_view mailer);

// internal where the mail will be logged again on this host: the submission hop (mailer relay to a loopback
// address, written by sendmail, sm-msp-queue or sm-client), a loopback server that says it queued the
// message, or a relay of `internal_relays` (`address` or `address:port`; sendmail logs no port, so the port
// is ignored).
Hop HopOf(const DeliveryLine& line, DeliveryStatus status, std::string_view tag,
          std::span<const std::string> internal_relays);

}  // namespace mta::sendmail
