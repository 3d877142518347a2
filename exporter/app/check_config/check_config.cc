#include "exporter/app/check_config/check_config.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "exporter/app/config/describe.h"
#include "exporter/app/config/load_config.h"
#include "exporter/app/console/complain.h"

namespace mta {

void AddCheckConfigFlags(CLI::App& app, CheckConfigFlags& flags) {
  app.add_option("FILE", flags.file, "The configuration file")->required();
}

int RunCheckConfig(const CheckConfigFlags& flags, Env& env, std::FILE* out, std::FILE* err) {
  const Result<Config> config = LoadConfig(env, flags.file);
  if (!config) {
    fmt::print(err, "{}\n", config.error().message);
    return kExitFailed;
  }
  fmt::print(out, "{} is good.\n", flags.file);
  if (config->sources.empty())
    fmt::print(out, "It names no sources: the logs of this machine are searched for.\n");
  for (const SourceConfig& source : config->sources) fmt::print(out, "{}\n", DescribeSource(source));
  return kExitDone;
}

}  // namespace mta
