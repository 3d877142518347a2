// Listener: a socket that takes connections: opened here, or handed over by systemd.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "exporter/base/result.h"
#include "exporter/front/listen_address.h"

namespace mta {

// Owns its descriptor, which does not block and is not inherited by other programs.
class Listener {
 public:
  explicit Listener(int fd) : fd_(fd) {}
  ~Listener();
  Listener(Listener&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Listener& operator=(Listener&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }

  int fd() const { return fd_; }
  ListenAddress address() const;  // where it has one
  std::string name() const;       // 127.0.0.1:9025 with the real port; or a path
  uint16_t port() const;          // 0 where it has none

 private:
  int fd_;
};

// On all addresses, or an error that says what is in the way, and none is left listening.  Of `open` those
// are taken that listen where it is wanted; the others are closed first.
Result<std::vector<Listener>> ListenOn(std::span<const ListenAddress> addresses,
                                       std::vector<Listener> open = {});

// The sockets that systemd has opened for this process (sd_listen_fds(3)): stream sockets that listen.  They
// and the environment that names them outlive execve(), so that a program that begins anew in this process
// finds them again.
Result<std::vector<Listener>> SystemdListeners();

}  // namespace mta
