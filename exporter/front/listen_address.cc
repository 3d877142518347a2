#include "exporter/front/listen_address.h"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <netdb.h>
#include <netinet/in.h>

#include <cstring>
#include <memory>

#include "exporter/base/ascii.h"

namespace mta {
namespace {

Result<std::string> LookUp(const std::string& host) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(host.c_str(), nullptr, &hints, &found); error != 0) {
    return Fail(fmt::format("host {}: {}", host, gai_strerror(error)));
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned(found, freeaddrinfo);
  const addrinfo* chosen = found;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    if (one->ai_family != AF_INET) continue;  // a name with both means IPv4, as it always did
    chosen = one;
    break;
  }
  sockaddr_storage address{};
  std::memcpy(&address, chosen->ai_addr, chosen->ai_addrlen);
  return FromSocketAddress(address).ip;
}

constexpr std::string_view kEverywhere = "::";
constexpr std::string_view kEverywhereIpv4 = "0.0.0.0";

// All that `b` asks for is taken by `a`.
bool Covers(const ListenAddress& a, const ListenAddress& b) {
  return a.ip == b.ip || a.ip == kEverywhere || (a.ip == kEverywhereIpv4 && !b.is_ipv6());
}

Outcome CheckPair(const ListenAddress& a, const ListenAddress& b) {
  if (a.port != b.port || a.port == 0) return {};
  if (a.ip == b.ip) return Fail(fmt::format("cannot listen on {}: given twice", a.text()));
  if (!Covers(a, b) && !Covers(b, a)) return {};
  const ListenAddress& wide = Covers(a, b) ? a : b;
  const ListenAddress& narrow = Covers(a, b) ? b : a;
  return Fail(fmt::format("cannot listen on {}: given twice, as {} is every {}address", narrow.text(),
                          wide.text(), wide.is_ipv6() ? "" : "IPv4 "));
}

}  // namespace

std::string ListenAddress::text() const {
  return is_ipv6() ? fmt::format("[{}]:{}", ip, port) : fmt::format("{}:{}", ip, port);
}

ListenAddress FromSocketAddress(const sockaddr_storage& address) {
  char ip[INET6_ADDRSTRLEN] = {};
  if (address.ss_family == AF_INET6) {
    const auto& in = reinterpret_cast<const sockaddr_in6&>(address);
    inet_ntop(AF_INET6, &in.sin6_addr, ip, sizeof ip);
    return {ip, ntohs(in.sin6_port)};
  }
  if (address.ss_family != AF_INET) return {"", 0};
  const auto& in = reinterpret_cast<const sockaddr_in&>(address);
  inet_ntop(AF_INET, &in.sin_addr, ip, sizeof ip);
  return {ip, ntohs(in.sin_port)};
}

socklen_t ToSocketAddress(const ListenAddress& address, sockaddr_storage& out) {
  out = {};
  if (address.is_ipv6()) {
    auto& in = reinterpret_cast<sockaddr_in6&>(out);
    in.sin6_family = AF_INET6;
    in.sin6_port = htons(address.port);
    inet_pton(AF_INET6, address.ip.c_str(), &in.sin6_addr);
    return sizeof in;
  }
  auto& in = reinterpret_cast<sockaddr_in&>(out);
  in.sin_family = AF_INET;
  in.sin_port = htons(address.port);
  inet_pton(AF_INET, address.ip.c_str(), &in.sin_addr);
  return sizeof in;
}

Result<ListenAddress> ParseListenAddress(std::string_view text) {
  const auto bad = [&](std::string_view why) {
    return Fail(fmt::format("listen address {}: {}; it is HOST:PORT, as 127.0.0.1:9025, [::1]:9025 or :9025",
                            text, why));
  };
  const size_t colon = text.rfind(':');
  std::string host(colon == std::string_view::npos ? "" : text.substr(0, colon));
  const auto port = ParseUnsigned(colon == std::string_view::npos ? text : text.substr(colon + 1));
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (!bracketed && host.find_first_of(":[]") != std::string::npos)
    return bad("an IPv6 address stands in brackets");
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

}  // namespace mta
