#include "exporter/listen/syslog_address.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/un.h>

#include <array>

#include "exporter/base/ascii.h"

namespace mta {
namespace {

struct Scheme {
  std::string_view prefix;
  SyslogTransport transport;
};
constexpr std::array<Scheme, 4> kSchemes = {{{"udp://", SyslogTransport::kUdp},
                                             {"tcp://", SyslogTransport::kTcp},
                                             {"unix://", SyslogTransport::kUnixDatagram},
                                             {"unix-stream://", SyslogTransport::kUnixStream}}};

constexpr size_t kLongestPath = sizeof(sockaddr_un::sun_path) - 1;

bool IsIpv4(const std::string& host) {
  in_addr address;
  return inet_pton(AF_INET, host.c_str(), &address) == 1;
}

bool IsIpv6(const std::string& host) {
  in6_addr address;
  return inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

Result<SyslogAddress> ParsePath(std::string_view path, SyslogAddress address) {
  if (!path.starts_with('/') || path.ends_with('/')) return Fail("the path of a unix socket begins with /");
  if (path.size() > kLongestPath)
    return Fail(fmt::format("the path of a unix socket has at most {} bytes", kLongestPath));
  address.path = path;
  return address;
}

Result<SyslogAddress> ParseHostAndPort(std::string_view text, SyslogAddress address) {
  const size_t colon = text.rfind(':');
  const auto port = colon == text.npos ? std::nullopt : ParseUnsigned(text.substr(colon + 1));
  if (!port || *port > UINT16_MAX) return Fail("no port between 0 and 65535 at its end");
  address.port = static_cast<uint16_t>(*port);
  std::string host(text.substr(0, colon));
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
    if (!IsIpv6(host)) return Fail(host + " is no IPv6 address");
  } else if (host == "localhost") {
    host = "127.0.0.1";
  } else if (!host.empty() && !IsIpv4(host)) {
    return Fail(host + " is no address of this machine in numbers (IPv6 stands in brackets)");
  }
  address.host = host;
  return address;
}

// `host` is one of those that `wide` stands for.
bool Covers(const std::string& wide, const std::string& host) {
  const bool is_ipv6 = host.find(':') != host.npos;
  return wide == host || wide.empty() || (wide == "0.0.0.0" && !is_ipv6) || (wide == "::" && is_ipv6);
}

}  // namespace

std::string SyslogAddress::text() const {
  std::string text;
  for (const Scheme& scheme : kSchemes) {
    if (scheme.transport == transport) text = scheme.prefix;
  }
  if (is_unix()) return text + path;
  const bool bracketed = host.find(':') != host.npos;
  return text + (bracketed ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

bool AreInEachOthersWay(const SyslogAddress& a, const SyslogAddress& b) {
  if (a.is_unix() || b.is_unix()) return a.is_unix() && b.is_unix() && a.path == b.path;
  if (a.transport != b.transport || a.port != b.port || a.port == 0) return false;
  return Covers(a.host, b.host) || Covers(b.host, a.host);
}

Result<SyslogAddress> ParseSyslogAddress(std::string_view text) {
  for (const Scheme& scheme : kSchemes) {
    if (!text.starts_with(scheme.prefix)) continue;
    SyslogAddress address;
    address.transport = scheme.transport;
    const std::string_view rest = text.substr(scheme.prefix.size());
    Result<SyslogAddress> parsed =
        address.is_unix() ? ParsePath(rest, address) : ParseHostAndPort(rest, address);
    if (!parsed) return Fail(fmt::format("\"{}\": {}", text, parsed.error().message));
    return parsed;
  }
  return Fail(fmt::format(
      "\"{}\" is not udp://HOST:PORT, tcp://HOST:PORT, unix:///PATH (datagrams) or unix-stream:///PATH",
      text));
}

}  // namespace mta
