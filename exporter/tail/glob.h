// Shell patterns over the Env: * ? [...] in any part of a path.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/env.h"
#include "exporter/base/result.h"

namespace mta {

bool IsPattern(std::string_view path);

// The paths that match, sorted.  Directories that do not exist match nothing; one that cannot be read is an
// error.
Result<std::vector<std::string>> ExpandPattern(Env& env, const std::string& pattern);

}  // namespace mta
