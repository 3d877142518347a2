// `mta_exporter backfill`: old logs to OpenMetrics with timestamps, for the weeks before the installation.
#pragma once

#include <cstdio>

#include "exporter/app/backfill/backfill_flags.h"
#include "exporter/base/env.h"

namespace mta {

// Samples go to flags.output, which appears when it is whole; a summary goes to `out`; troubles, one line
// each, and progress where it is a terminal, to `err`.  Exit status: 0 done, 1 a log could not be read (to
// its end), or nothing could be written.
int RunBackfill(const BackfillFlags& flags, Env& env, std::FILE* out, std::FILE* err);

}  // namespace mta
