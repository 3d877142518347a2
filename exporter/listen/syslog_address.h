// Where a syslog listener listens: udp://HOST:PORT, tcp://HOST:PORT, unix:///PATH (datagrams, as /dev/log has
// them) or unix-stream:///PATH.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "exporter/base/result.h"

namespace mta {

enum class SyslogTransport : uint8_t { kUdp, kTcp, kUnixDatagram, kUnixStream };

struct SyslogAddress {
  SyslogTransport transport = SyslogTransport::kUdp;
  std::string host = {};  // numeric, IPv4 or IPv6 without brackets; empty: every address of the machine
  uint16_t port = 0;      // 0: any free one
  std::string path = {};  // of a unix socket
  bool is_unix() const {
    return transport == SyslogTransport::kUnixDatagram || transport == SyslogTransport::kUnixStream;
  }
  std::string text() const;
  bool operator==(const SyslogAddress&) const = default;
};

// Both cannot listen at once: they are alike, one is every address of the machine on the other's port, or
// they would have the same file.
bool AreInEachOthersWay(const SyslogAddress& a, const SyslogAddress& b);

// Host names are not looked up, `localhost` apart: a listener's address is this machine's own.
Result<SyslogAddress> ParseSyslogAddress(std::string_view text);

}  // namespace mta
