// A YAML file from its bytes to the first value, for every kind of configuration file.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "exporter/app/config/config_error.h"
#include "exporter/app/config/yaml_value.h"
#include "exporter/base/env.h"

namespace mta {

using ReadRoot = std::function<void(const YamlValue& root)>;

// Calls `read` with the value of the one document; not where there are only comments.  Gives all that was
// rejected, in the order of the places; never throws, whatever the text is.
std::vector<ConfigError> ReadYaml(const std::string& yaml, const ReadRoot& read);

// A regular file of at most 1 MiB.
Result<std::string> ReadConfigText(Env& env, const std::string& path);

// An Error has the lines of all errors, each beginning with `path`:LINE:COLUMN.
Outcome Judge(const std::string& path, const std::vector<ConfigError>& errors);

}  // namespace mta
