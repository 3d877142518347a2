// The year of the first stamp of a file that is about to be scanned (exporter/record/year_scan.h).
#pragma once

#include <optional>

#include "exporter/tail/scan_input.h"

namespace mta {

// Nothing where the file's stamps have years or none can be found; standard input is taken to end now.
std::optional<int> FirstYearOf(const ScanInput& input, const ScanFile& file);

}  // namespace mta
