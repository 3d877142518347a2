// The command line (METRICS.md section 7).
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "exporter/base/logger.h"

namespace mta {

struct ServeFlags {
  std::vector<std::string> listen_addresses = {":9025"};
  std::string telemetry_path = "/metrics";
  LogLevel log_level = LogLevel::kInfo;
  LogFormat log_format = LogFormat::kLogfmt;
  std::string mta = "auto";
  bool from_beginning = false;
  std::vector<std::string> logs = {};  // none: found by discovery
};

struct ScanFlags {
  std::string mta = "auto";
  std::string source = "default";
  std::vector<std::string> operands = {};
};

// The program has said all there is to say (--help, --version, wrong usage) and ends with this status.
struct EndNow {
  int status = 0;
};

using Command = std::variant<EndNow, ServeFlags, ScanFlags>;

Command ParseCommandLine(int argc, const char* const* argv);

}  // namespace mta
