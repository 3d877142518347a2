// Where the state is kept: what the command line or the configuration says, else the place that the service
// manager has made for it, else the usual one.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "exporter/base/env.h"
#include "exporter/base/logger.h"
#include "exporter/state/state_directory.h"

namespace mta {

// `named`: nothing where nobody has said; empty where no state is wanted.  Gives null where no state is kept.
// A directory that was named, by $STATE_DIRECTORY too, must be usable; the usual place need not, except that
// no two exporters may run on it.
Result<std::unique_ptr<StateDirectory>> OpenState(const std::optional<std::string>& named, Env& env,
                                                  Logger& logger);

}  // namespace mta
