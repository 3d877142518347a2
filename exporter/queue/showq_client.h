// Asks Postfix's showq(8) over its socket, public/showq in the queue directory.  The thread that scans.
#pragma once

#include <string>

#include "exporter/base/env.h"
#include "exporter/queue/scan_limits.h"
#include "exporter/queue/showq_parser.h"

namespace mta {

// Reads the answer to its end.  Fails where the socket cannot be reached, the answer is not showq's or breaks
// off, or the time is up: nothing that showq does, or does not, keeps it longer.
Outcome AskShowq(const std::string& socket_path, Env& env, const ScanLimits& limits, ShowqParser& parser);

}  // namespace mta
