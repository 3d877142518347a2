// The logs to follow: those named on the command line, else what discovery finds, with the queues it finds.
#pragma once

#include <optional>
#include <vector>

#include "exporter/app/config/config.h"
#include "exporter/app/discovery/discovery.h"
#include "exporter/app/serve/serve_flags.h"
#include "exporter/base/env.h"
#include "exporter/base/logger.h"
#include "exporter/base/result.h"

namespace mta {

struct Chosen {
  std::vector<FoundLog> logs = {};
  std::optional<FoundLog> journal = {};
  std::vector<QueueTarget> queues = {};
};

// Says in the log what was found and what is wrong with it.  Fails, in one line, where there is nothing to
// follow, where a name can be no log, or where no log that is there may be read.  One that is not there yet
// is waited for.
Result<Chosen> ChooseLogs(const ServeFlags& flags, Env& env, Logger& logger);

// Says in the log which of the configured logs cannot be read, and what would help, or are not there yet.
void LookAtConfigured(const std::vector<SourceConfig>& sources, Env& env, Logger& logger);

}  // namespace mta
