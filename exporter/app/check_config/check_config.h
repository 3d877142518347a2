// `mta_exporter check-config FILE`: all that is wrong with a configuration, or what it would follow.
#pragma once

#include <cstdio>
#include <string>

#include "exporter/base/env.h"

namespace CLI {
class App;
}

namespace mta {

struct CheckConfigFlags {
  std::string file;
};

// `flags` takes what the command line says, and must outlive `app`.
void AddCheckConfigFlags(CLI::App& app, CheckConfigFlags& flags);

// Returns the exit status: 0 the file is good, 1 it is not (one line on `err` for each error).
int RunCheckConfig(const CheckConfigFlags& flags, Env& env, std::FILE* out, std::FILE* err);

}  // namespace mta
