// `mta_exporter coverage`: how well a log is understood, to be attached to a bug.
#pragma once

#include <cstdio>

#include "exporter/app/coverage/coverage_flags.h"
#include "exporter/base/env.h"

namespace mta {

// The report goes to `out`, with no person's address in it; troubles, one line each, and progress where it is
// a terminal, to `err`.  Exit status: 0 done, 1 a log could not be read (to its end).
int RunCoverage(const CoverageFlags& flags, Env& env, std::FILE* out, std::FILE* err);

}  // namespace mta
