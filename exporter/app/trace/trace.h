// `mta_exporter trace`: what happened to a message.
#pragma once

#include <cstdio>

#include "exporter/app/trace/trace_flags.h"
#include "exporter/base/env.h"

namespace mta {

// Stories go to `out`; troubles, one line each, and progress where it is a terminal, to `err`.  Exit status
// as grep(1): 0 something was found, 1 nothing was, 2 something could not be done.
int RunTrace(const TraceFlags& flags, Env& env, std::FILE* out, std::FILE* err);

}  // namespace mta
