// The command line (METRICS.md section 7): which command, with its flags.
#pragma once

#include <variant>

#include "exporter/app/backfill/backfill_flags.h"
#include "exporter/app/check_config/check_config.h"
#include "exporter/app/coverage/coverage_flags.h"
#include "exporter/app/scan/scan_flags.h"
#include "exporter/app/serve/serve_flags.h"
#include "exporter/app/trace/trace_flags.h"

namespace mta {

// The program has said all there is to say (--help, --version, wrong usage) and ends with this status.
struct EndNow {
  int status = 0;
};

using Command =
    std::variant<EndNow, ServeFlags, ScanFlags, TraceFlags, BackfillFlags, CoverageFlags, CheckConfigFlags>;

Command ParseCommandLine(int argc, const char* const* argv);

}  // namespace mta
