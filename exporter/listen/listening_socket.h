// ListeningSocket: a socket bound to a SyslogAddress; of a unix one, the file is made and removed with it.
#pragma once

#include <memory>

#include "exporter/base/result.h"
#include "exporter/listen/listener_options.h"

namespace mta {

class ListeningSocket {
 public:
  // A socket file that nobody listens on any more is replaced; any other file is an error.
  static Result<std::unique_ptr<ListeningSocket>> Open(const ListenerOptions& options);
  // One that is open already, and was Open()ed at `address`.
  static std::unique_ptr<ListeningSocket> Adopt(int fd, const SyslogAddress& address);
  ~ListeningSocket();
  ListeningSocket(const ListeningSocket&) = delete;
  ListeningSocket& operator=(const ListeningSocket&) = delete;

  int fd() const { return fd_; }
  const SyslogAddress& address() const { return address_; }
  bool is_stream() const {
    return address_.transport == SyslogTransport::kTcp || address_.transport == SyslogTransport::kUnixStream;
  }

 private:
  ListeningSocket(int fd, SyslogAddress address) : fd_(fd), address_(std::move(address)) {}
  Outcome BindPath(unsigned mode);
  Outcome BindPort();

  int fd_;
  SyslogAddress address_;
  bool owns_path_ = false;
};

}  // namespace mta
