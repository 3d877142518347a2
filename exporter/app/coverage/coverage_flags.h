// The command line of `mta_exporter coverage`.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace mta {

struct CoverageFlags {
  std::string mta = "auto";
  bool json = false;
  std::vector<std::string> operands = {};
};

// `flags` takes what the command line says, and must outlive `app`.
void AddCoverageFlags(CLI::App& app, CoverageFlags& flags);

}  // namespace mta
