// The command line of `mta_exporter trace`.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace mta {

enum class TraceFormat { kText, kJson, kLines };

struct TraceFlags {
  std::string mta = "auto";
  std::vector<std::string> queue_ids = {};
  std::vector<std::string> message_ids = {};
  std::vector<std::string> senders = {};
  std::vector<std::string> recipients = {};
  std::vector<std::string> clients = {};
  std::vector<std::string> relays = {};
  std::vector<std::string> statuses = {};
  std::vector<std::string> reasons = {};
  std::string since = {};
  std::string until = {};
  TraceFormat format = TraceFormat::kText;
  size_t limit = 1000;
  bool follow = false;
  bool redact = false;
  std::vector<std::string> operands = {};  // none: found by discovery
};

// `flags` takes what the command line says, and must outlive `app`.
void AddTraceFlags(CLI::App& app, TraceFlags& flags);

}  // namespace mta
