// The command line of `mta_exporter scan`.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace mta {

struct ScanFlags {
  std::string mta = "auto";
  std::string source = "default";
  std::vector<std::string> operands = {};
};

// `flags` takes what the command line says, and must outlive `app`.
void AddScanFlags(CLI::App& app, ScanFlags& flags);

}  // namespace mta
