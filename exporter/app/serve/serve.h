// `mta_exporter serve`: follows the logs and answers GET /metrics until it is told to end.
#pragma once

#include "exporter/app/serve/serve_flags.h"
#include "exporter/base/env.h"

namespace mta {

// Returns the exit status: 0 ended by SIGTERM or SIGINT, 1 could not start (one line on standard error says
// why).
int RunServe(const ServeFlags& flags, Env& env);

}  // namespace mta
