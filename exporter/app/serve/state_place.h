// Where the state is kept: what the command line or the configuration says, else the place that the service
// manager has made for it, else the usual one.
#pragma once

#include <memory>
#include <string>

#include "exporter/app/config/config.h"
#include "exporter/app/serve/serve_flags.h"
#include "exporter/base/env.h"
#include "exporter/base/logger.h"
#include "exporter/state/state_directory.h"

namespace mta {

struct StatePlace {
  std::string directory;  // empty: no state is wanted
  std::string named_by;   // the flag, key or variable; empty: nobody has said, it is the usual place
  bool operator==(const StatePlace&) const = default;
};

// Flags win over the file.
StatePlace StatePlaceOf(const ServeFlags& flags, const Config& config);

// Gives null where no state is kept.  A directory that was named must be usable; the usual place need not,
// except that no two exporters may run on it.
Result<std::unique_ptr<StateDirectory>> OpenState(const StatePlace& place, Env& env, Logger& logger);
// Whether it would be opened; by who does not hold it.
Outcome CanOpenState(const StatePlace& place, Env& env);

}  // namespace mta
