// The configuration file, read strictly: what is not understood is an error, and all errors are found at
// once.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "exporter/app/config/config.h"
#include "exporter/app/config/config_error.h"
#include "exporter/base/env.h"

namespace mta {

struct LoadedConfig {
  Config config = {};                    // not to be used where there are errors
  std::vector<ConfigError> errors = {};  // in the order of their places
};

// The text of a file; never throws, whatever it is.
LoadedConfig ParseConfig(const std::string& yaml);

// An Error has the lines of all errors, each beginning with `path`:LINE:COLUMN.
Result<Config> LoadConfig(Env& env, const std::string& path);

}  // namespace mta
