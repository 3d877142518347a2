#include "exporter/web/listen_address.h"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "exporter/base/ascii.h"

namespace mta {
namespace {

Result<std::string> LookUp(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_INET;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(host.c_str(), nullptr, &hints, &found); error != 0) {
    return Fail(fmt::format("host {}: {}", host, gai_strerror(error)));
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned(found, freeaddrinfo);
  char ip[INET_ADDRSTRLEN] = {};
  const auto* const address = reinterpret_cast<const sockaddr_in*>(found->ai_addr);
  inet_ntop(AF_INET, &address->sin_addr, ip, sizeof ip);
  return std::string(ip);
}

constexpr std::string_view kEverywhere = "0.0.0.0";

Outcome CheckPair(const ListenAddress& a, const ListenAddress& b) {
  if (a.port != b.port || a.port == 0) return {};
  if (a.ip == b.ip) return Fail(fmt::format("cannot listen on {}: given twice", a.text()));
  if (a.ip != kEverywhere && b.ip != kEverywhere) return {};
  const ListenAddress& narrow = a.ip == kEverywhere ? b : a;
  return Fail(fmt::format("cannot listen on {}: given twice, as {}:{} is every address", narrow.text(),
                          kEverywhere, a.port));
}

std::string WhyNot(const ListenAddress& address, int error) {
  switch (error) {
    case EADDRINUSE:
      return fmt::format("another process listens there; `ss -ltnp sport = :{}` names it", address.port);
    case EACCES:
      return "no permission; ports below 1024 need root or CAP_NET_BIND_SERVICE";
    case EADDRNOTAVAIL:
      return "no interface of this machine has that address";
    default:
      return std::strerror(error);
  }
}

}  // namespace

Result<ListenAddress> ParseListenAddress(std::string_view text) {
  const auto bad = [&](std::string_view why) {
    return Fail(fmt::format("listen address {}: {}; it is HOST:PORT, as 127.0.0.1:9025 or :9025", text, why));
  };
  const size_t colon = text.rfind(':');
  const std::string host(colon == std::string_view::npos ? "" : text.substr(0, colon));
  const auto port = ParseUnsigned(colon == std::string_view::npos ? text : text.substr(colon + 1));
  if (host.find_first_of(":[]") != std::string::npos) return bad("IPv6 is not supported");
  if (!port || *port > UINT16_MAX) return bad("no port between 0 and 65535");
  ListenAddress address;
  address.port = static_cast<uint16_t>(*port);
  if (host.empty()) return address;
  Result<std::string> ip = LookUp(host);
  if (!ip) return bad(ip.error().message);
  address.ip = *ip;
  return address;
}

Outcome CheckDistinct(std::span<const ListenAddress> addresses) {
  for (size_t i = 0; i < addresses.size(); ++i) {
    for (size_t k = 0; k < i; ++k) {
      if (Outcome pair = CheckPair(addresses[k], addresses[i]); !pair) return pair;
    }
  }
  return {};
}

Outcome CheckListenable(const ListenAddress& address) {
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(address.port);
  inet_pton(AF_INET, address.ip.c_str(), &where.sin_addr);
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  // As CivetWeb does: connections of an earlier run that are still closing are not in the way.
  const bool free = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
                    bind(fd, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0 &&
                    listen(fd, 1) == 0;
  const int error = errno;
  if (fd >= 0) close(fd);
  if (free) return {};
  return Fail(fmt::format("cannot listen on {}: {}", address.text(), WhyNot(address, error)));
}

}  // namespace mta
