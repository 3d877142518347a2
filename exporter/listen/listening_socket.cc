#include "exporter/listen/listening_socket.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>

namespace mta {
namespace {

constexpr int kBacklog = 512;

union AnyAddress {
  sockaddr any;
  sockaddr_in v4;
  sockaddr_in6 v6;
  sockaddr_un path;
};

std::string_view WhyNot(int error) {
  if (error == EADDRINUSE) return "another process listens there";
  if (error == EACCES || error == EPERM)
    return "no permission; ports below 1024 need CAP_NET_BIND_SERVICE, a unix socket a folder that may be "
           "written";
  if (error == EADDRNOTAVAIL) return "no interface of this machine has that address";
  if (error == ENOENT) return "its folder does not exist";
  return std::strerror(error);
}

tl::unexpected<Error> CannotListen(const SyslogAddress& address, int error) {
  return Fail(fmt::format("cannot listen on {}: {}", address.text(), WhyNot(error)), error);
}

socklen_t FillPath(const std::string& path, AnyAddress& out) {
  out.path = {};
  out.path.sun_family = AF_UNIX;
  std::memcpy(out.path.sun_path, path.c_str(), path.size() + 1);
  return sizeof out.path;
}

socklen_t FillPort(const SyslogAddress& address, bool v6, AnyAddress& out) {
  if (v6) {
    out.v6 = {};
    out.v6.sin6_family = AF_INET6;
    out.v6.sin6_port = htons(address.port);
    out.v6.sin6_addr = in6addr_any;
    if (!address.host.empty()) inet_pton(AF_INET6, address.host.c_str(), &out.v6.sin6_addr);
    return sizeof out.v6;
  }
  out.v4 = {};
  out.v4.sin_family = AF_INET;
  out.v4.sin_port = htons(address.port);
  if (!address.host.empty()) inet_pton(AF_INET, address.host.c_str(), &out.v4.sin_addr);
  return sizeof out.v4;
}

void Set(int fd, int level, int option, int value) {
  ::setsockopt(fd, level, option, &value, sizeof value);
}

// True where `path` is a socket and somebody answers there.
bool IsAlive(const std::string& path, int type) {
  const int fd = ::socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
  if (fd < 0) return true;
  AnyAddress address;
  const socklen_t size = FillPath(path, address);
  const bool refused = ::connect(fd, &address.any, size) != 0 && errno == ECONNREFUSED;
  ::close(fd);
  return !refused;
}

}  // namespace

Result<std::unique_ptr<ListeningSocket>> ListeningSocket::Open(const ListenerOptions& options) {
  const SyslogAddress& address = options.address;
  const bool stream =
      address.transport == SyslogTransport::kTcp || address.transport == SyslogTransport::kUnixStream;
  const int type = (stream ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC | SOCK_NONBLOCK;
  const bool v4_only =
      !address.is_unix() && !address.host.empty() && address.host.find(':') == address.host.npos;
  int fd = ::socket(address.is_unix() ? AF_UNIX : v4_only ? AF_INET : AF_INET6, type, 0);
  if (fd < 0 && !address.is_unix() && address.host.empty())
    fd = ::socket(AF_INET, type, 0);  // a kernel without IPv6
  if (fd < 0) return CannotListen(address, errno);
  std::unique_ptr<ListeningSocket> made(new ListeningSocket(fd, address));
  if (address.transport == SyslogTransport::kUdp) {
    Set(fd, SOL_SOCKET, SO_RXQ_OVFL, 1);
    Set(fd, SOL_SOCKET, SO_RCVBUF,
        static_cast<int>(std::min<uint64_t>(options.receive_buffer_bytes, std::numeric_limits<int>::max())));
  }
  const Outcome bound = address.is_unix() ? made->BindPath(options.socket_mode) : made->BindPort();
  if (!bound) return tl::unexpected(bound.error());
  if (stream && ::listen(fd, kBacklog) != 0) return CannotListen(address, errno);
  return made;
}

std::unique_ptr<ListeningSocket> ListeningSocket::Adopt(int fd, const SyslogAddress& address) {
  std::unique_ptr<ListeningSocket> adopted(new ListeningSocket(fd, address));
  adopted->owns_path_ = address.is_unix();
  return adopted;
}

Outcome ListeningSocket::BindPath(unsigned mode) {
  int type = 0;
  socklen_t type_size = sizeof type;
  ::getsockopt(fd_, SOL_SOCKET, SO_TYPE, &type, &type_size);
  struct stat status {};
  if (::lstat(address_.path.c_str(), &status) == 0) {
    if (!S_ISSOCK(status.st_mode))
      return Fail(fmt::format("cannot listen on {}: there is a file that is no socket", address_.text()));
    if (IsAlive(address_.path, type)) return CannotListen(address_, EADDRINUSE);
    ::unlink(address_.path.c_str());
  }
  AnyAddress address;
  const socklen_t size = FillPath(address_.path, address);
  // Nobody may send in between who may not later on.
  ::fchmod(fd_, mode);
  if (::bind(fd_, &address.any, size) != 0) return CannotListen(address_, errno);
  owns_path_ = true;
  if (::chmod(address_.path.c_str(), mode) != 0) return CannotListen(address_, errno);
  return {};
}

Outcome ListeningSocket::BindPort() {
  int family = 0;
  socklen_t family_size = sizeof family;
  ::getsockopt(fd_, SOL_SOCKET, SO_DOMAIN, &family, &family_size);
  const bool v6 = family == AF_INET6;
  if (v6) Set(fd_, IPPROTO_IPV6, IPV6_V6ONLY, address_.host.empty() ? 0 : 1);
  if (is_stream()) Set(fd_, SOL_SOCKET, SO_REUSEADDR, 1);
  AnyAddress address;
  socklen_t size = FillPort(address_, v6, address);
  if (::bind(fd_, &address.any, size) != 0) return CannotListen(address_, errno);
  size = sizeof address;
  if (::getsockname(fd_, &address.any, &size) != 0) return CannotListen(address_, errno);
  address_.port = ntohs(v6 ? address.v6.sin6_port : address.v4.sin_port);
  return {};
}

ListeningSocket::~ListeningSocket() {
  if (owns_path_) ::unlink(address_.path.c_str());
  ::close(fd_);
}

}  // namespace mta
