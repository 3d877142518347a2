// The web configuration file, with the keys of Prometheus's exporter-toolkit, read strictly.
#pragma once

#include <string>
#include <vector>

#include "exporter/app/config/config_error.h"
#include "exporter/base/env.h"
#include "exporter/front/web_config.h"

namespace mta {

struct LoadedWebConfig {
  WebConfig config = {};                 // not to be used where there are errors
  std::vector<ConfigError> errors = {};  // in the order of their places
};

// The text of a file in `directory`, which relative paths start from; never throws, whatever it is.
LoadedWebConfig ParseWebConfig(const std::string& yaml, const std::string& directory);

// An Error has the lines of all errors, each beginning with `path`:LINE:COLUMN.
Result<WebConfig> LoadWebConfig(Env& env, const std::string& path);

}  // namespace mta
