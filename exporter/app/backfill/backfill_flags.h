// The command line of `mta_exporter backfill`.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace mta {

struct BackfillFlags {
  std::string mta = {};          // empty: what the configuration says, else auto
  std::string config_file = {};  // empty: none
  std::string source = {};       // empty: each log by its name, as serve does
  std::string output = {};
  int64_t step_seconds = 60;
  std::string until = {};
  std::map<std::string, std::string> labels = {};
  std::vector<std::string> operands = {};
};

// `flags` takes what the command line says, and must outlive `app`.
void AddBackfillFlags(CLI::App& app, BackfillFlags& flags);

}  // namespace mta
