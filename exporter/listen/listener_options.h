// How a syslog listener listens.
#pragma once

#include <cstddef>
#include <cstdint>

#include "exporter/listen/syslog_address.h"

namespace mta {

struct ListenerOptions {
  SyslogAddress address = {};
  size_t max_connections = 512;                // tcp, unix-stream
  uint64_t receive_buffer_bytes = 8ULL << 20;  // asked of the kernel for udp and unix; it may give less
  unsigned socket_mode = 0660;                 // of a unix socket
  bool operator==(const ListenerOptions&) const = default;
};

}  // namespace mta
