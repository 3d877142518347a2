// The command line of `mta_exporter serve`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "exporter/base/logger.h"

namespace CLI {
class App;
}

namespace mta {

struct ServeFlags {
  std::vector<std::string> listen_addresses = {};  // none: configured
  std::string telemetry_path = {};                 // empty: configured
  std::string web_config_file;
  bool systemd_socket = false;
  bool enable_lifecycle = false;
  bool postfix_exporter_names = false;
  bool exemplars = true;
  // Empty: no state is kept.  Nothing: where the service manager or the system has a place for it.
  std::optional<std::string> state_directory = {};
  bool sandbox = true;
  LogLevel log_level = LogLevel::kInfo;
  LogFormat log_format = LogFormat::kLogfmt;
  std::string mta = "auto";
  bool from_beginning = false;
  std::string config_file = {};        // empty: none
  std::vector<std::string> logs = {};  // none: configured, else found by discovery
};

// `flags` takes what the command line says, and must outlive `app`.
void AddServeFlags(CLI::App& app, ServeFlags& flags);

}  // namespace mta
