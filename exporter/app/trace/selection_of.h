// From the flags of `trace` to a selection.
#pragma once

#include "exporter/app/trace/selection.h"
#include "exporter/app/trace/trace_flags.h"

namespace mta {

// Fails, naming the flag, for what is no network or no time, and where nothing at all is selected.
Result<Selection> SelectionOf(const TraceFlags& flags, int64_t now_ns);

}  // namespace mta
