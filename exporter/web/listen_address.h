// HOST:PORT as given to --web.listen-address.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "exporter/base/result.h"

namespace mta {

struct ListenAddress {
  std::string ip = "0.0.0.0";  // IPv4, numeric
  uint16_t port = 0;           // 0: any free one
  std::string text() const { return ip + ":" + std::to_string(port); }
};

// `:9025`, `9025`, `127.0.0.1:9025`, `localhost:9025` (names are looked up).  IPv6 is an error that says so:
// Debian's CivetWeb is built without it.
Result<ListenAddress> ParseListenAddress(std::string_view text);

// An error if one of them takes what another asks for.  Port 0 is always another.
Outcome CheckDistinct(std::span<const ListenAddress> addresses);

// Tries to listen there, and lets go.  The error says what is in the way.
Outcome CheckListenable(const ListenAddress& address);

}  // namespace mta
