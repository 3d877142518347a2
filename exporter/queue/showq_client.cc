#include "exporter/queue/showq_client.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace mta {
namespace {

constexpr int kLookAroundMs = 100;              // how soon a scan that waits notices that it shall end
constexpr int64_t kSilenceNs = 10'000'000'000;  // a showq that says nothing for so long hangs

class Socket {
 public:
  Socket() : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {}
  ~Socket() {
    if (fd_ >= 0) ::close(fd_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  int fd() const { return fd_; }

 private:
  const int fd_;
};

tl::unexpected<Error> FailWith(const std::string& doing, int code) {
  return Fail(doing + ": " + std::generic_category().message(code), code);
}

// Where the listener's backlog is full, connect(2) says EAGAIN, and nothing tells when it no longer is.
Outcome Connect(int fd, const std::string& path, const ScanLimits& limits) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    return Fail(fmt::format("{}: too long for the name of a socket ({} bytes, at most {})", path, path.size(),
                            sizeof address.sun_path - 1));
  std::memcpy(address.sun_path, path.c_str(), path.size());
  while (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    if (errno != EAGAIN && errno != EINTR) return FailWith("cannot connect to " + path, errno);
    if (limits.Exceeded()) return Fail(path + ": nobody answers (Postfix is overloaded, or hangs)", ETIME);
    ::poll(nullptr, 0, kLookAroundMs);
  }
  return {};
}

}  // namespace

Outcome AskShowq(const std::string& socket_path, Env& env, const ScanLimits& limits, ShowqParser& parser) {
  const Socket socket;
  if (socket.fd() < 0) return FailWith("cannot make a socket", errno);
  if (Outcome connected = Connect(socket.fd(), socket_path, limits); !connected) return connected;
  char buffer[16384];
  int64_t heard_ns = env.MonotonicNs();
  while (!limits.Exceeded() && env.MonotonicNs() - heard_ns < kSilenceNs) {
    pollfd ready{socket.fd(), POLLIN, 0};
    if (::poll(&ready, 1, kLookAroundMs) <= 0) continue;
    const ssize_t got = ::read(socket.fd(), buffer, sizeof buffer);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (got < 0) return FailWith("cannot read from " + socket_path, errno);
    if (got == 0 && parser.complete()) return {};
    if (got == 0) return Fail(socket_path + ": the answer breaks off (see showq's warnings in the mail log)");
    if (!parser.Feed({buffer, static_cast<size_t>(got)}))
      return Fail(socket_path + ": what answers does not speak showq's language");
    heard_ns = env.MonotonicNs();
  }
  return Fail(socket_path + ": no answer in time (Postfix's showq hangs, or the queue is very large)", ETIME);
}

}  // namespace mta
