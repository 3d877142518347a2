// The command line of `mta_exporter scan`.
#pragma once

#include <string>
#include <vector>

#include "exporter/web/family_writer.h"

namespace CLI {
class App;
}

namespace mta {

struct ScanFlags {
  TextFormat format = TextFormat::kPrometheus;
  std::string mta = "auto";
  std::string source = "default";
  std::vector<std::string> operands = {};
};

// `flags` takes what the command line says, and must outlive `app`.
void AddScanFlags(CLI::App& app, ScanFlags& flags);

}  // namespace mta
