// HOST:PORT as given to --web.listen-address.
#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "exporter/base/result.h"

namespace mta {

struct ListenAddress {
  std::string ip = "::";  // numeric; `::` is every address of the machine, IPv4 and IPv6
  uint16_t port = 0;      // 0: any free one
  bool is_ipv6() const { return ip.find(':') != std::string::npos; }
  std::string text() const;  // 127.0.0.1:9025, [::1]:9025
  bool operator==(const ListenAddress&) const = default;
};

// `:9025`, `9025`, `127.0.0.1:9025`, `[::1]:9025`, `localhost:9025` (names are looked up).
Result<ListenAddress> ParseListenAddress(std::string_view text);

// What a socket is bound or connected to; nothing but a port of 0 for those that are neither IPv4 nor IPv6.
ListenAddress FromSocketAddress(const sockaddr_storage& address);
// For bind() and connect(): gives the size.
socklen_t ToSocketAddress(const ListenAddress& address, sockaddr_storage& out);

// An error if one of them takes what another asks for.  Port 0 is always another.
Outcome CheckDistinct(std::span<const ListenAddress> addresses);

}  // namespace mta
