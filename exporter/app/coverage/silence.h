// Which metrics a log leaves empty, and why: one table.
#pragma once

#include <string_view>
#include <vector>

#include "exporter/app/coverage/census.h"

namespace mta {

struct EmptyMetric {
  std::string_view metric;
  std::string_view why;  // what would have to be in the log, and how it gets there
};

// For the MTAs that the census has seen.  Static storage.
std::vector<EmptyMetric> EmptyMetrics(const Census& census);

}  // namespace mta
