#include "exporter/front/listener.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "exporter/base/ascii.h"

namespace mta {
namespace {

constexpr int kBacklog = 1024;
constexpr int kFirstPassedDescriptor = 3;  // SD_LISTEN_FDS_START

std::string WhyNot(const ListenAddress& address, int error) {
  switch (error) {
    case EADDRINUSE:
      return fmt::format("another process listens there; `ss -ltnp sport = :{}` names it", address.port);
    case EACCES:
      return "no permission; ports below 1024 need root or CAP_NET_BIND_SERVICE";
    case EADDRNOTAVAIL:
      return "no interface of this machine has that address";
    case EAFNOSUPPORT:
      return "this machine has no IPv6";
    default:
      return std::strerror(error);
  }
}

Result<Listener> ListenAt(const ListenAddress& address, std::vector<Listener>& open) {
  for (Listener& listener : open) {
    if (listener.address() == address) return std::move(listener);
  }
  sockaddr_storage where;
  const socklen_t size = ToSocketAddress(address, where);
  Listener listener(socket(where.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  const int fd = listener.fd();
  const int on = 1;
  const int only_ipv6 = address.ip == "::" ? 0 : 1;
  // Connections of an earlier run that are still closing are not in the way.
  const bool listens =
      fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
      (!address.is_ipv6() || setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only_ipv6, sizeof only_ipv6) == 0) &&
      bind(fd, reinterpret_cast<const sockaddr*>(&where), size) == 0 && listen(fd, kBacklog) == 0;
  if (listens) return listener;
  const int error = errno;
  return Fail(fmt::format("cannot listen on {}: {}", address.text(), WhyNot(address, error)), error);
}

int IntOption(int fd, int option) {
  int value = 0;
  socklen_t size = sizeof value;
  return getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 ? value : -1;
}

}  // namespace

Listener::~Listener() {
  if (fd_ >= 0) close(fd_);
}

std::string Listener::name() const {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) != 0) return "?";
  if (address.ss_family != AF_UNIX) return FromSocketAddress(address).text();
  const auto& local = reinterpret_cast<const sockaddr_un&>(address);
  const std::string path(local.sun_path, size - offsetof(sockaddr_un, sun_path));
  return path.starts_with('\0') ? "@" + path.substr(1) : path.c_str();
}

ListenAddress Listener::address() const {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
  return FromSocketAddress(address);
}

uint16_t Listener::port() const {
  return address().port;
}

Result<std::vector<Listener>> ListenOn(std::span<const ListenAddress> addresses, std::vector<Listener> open) {
  if (addresses.empty()) return Fail("cannot serve HTTP: no listen address");
  if (Outcome distinct = CheckDistinct(addresses); !distinct) return tl::unexpected(distinct.error());
  std::erase_if(open, [&](const Listener& listener) {  // or it may be in the way of others
    return std::ranges::find(addresses, listener.address()) == addresses.end();
  });
  std::vector<Listener> listeners;
  for (const ListenAddress& address : addresses) {
    Result<Listener> listener = ListenAt(address, open);
    if (!listener && listener.error().system_code == EAFNOSUPPORT && address.ip == "::")
      listener = ListenAt({"0.0.0.0", address.port}, open);
    if (!listener) return tl::unexpected(listener.error());
    listeners.push_back(std::move(*listener));
  }
  return listeners;
}

Result<std::vector<Listener>> SystemdListeners() {
  const auto number = [](const char* name) {
    const char* const text = std::getenv(name);
    return ParseUnsigned(text != nullptr ? text : "");
  };
  const auto pid = number("LISTEN_PID");
  const auto count = number("LISTEN_FDS");
  if (!pid || !count || *count == 0 || *pid != static_cast<uint64_t>(getpid()))
    return Fail(
        "--web.systemd-socket: systemd has passed no socket; start mta_exporter.socket, not the service");
  if (*count > 64) return Fail(fmt::format("--web.systemd-socket: {} sockets are more than 64", *count));
  std::vector<Listener> listeners;
  for (int fd = kFirstPassedDescriptor; fd < kFirstPassedDescriptor + static_cast<int>(*count); ++fd) {
    Listener listener(fd);
    if (IntOption(fd, SO_ACCEPTCONN) != 1 || IntOption(fd, SO_TYPE) != SOCK_STREAM)
      return Fail(fmt::format("--web.systemd-socket: descriptor {} is no listening stream socket", fd));
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    listeners.push_back(std::move(listener));
  }
  return listeners;
}

}  // namespace mta
