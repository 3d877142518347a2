// `mta_exporter scan`: reads logs to their end and prints what was counted.
#pragma once

#include <cstdio>

#include "exporter/app/scan/scan_flags.h"
#include "exporter/base/env.h"

namespace mta {

// Metrics go to `out` and nothing else does; one line for every trouble, and progress where it is a terminal,
// to `err`. Returns the exit status: 0 done, 1 an operand could not be read (to its end).
int RunScan(const ScanFlags& flags, Env& env, std::FILE* out, std::FILE* err);

}  // namespace mta
