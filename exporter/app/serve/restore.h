// What was saved before a restart, given back to those who saved it.
//
// What cannot be taken up is said in the log and counted in mta_exporter_state_dropped_parts; all the rest is
// kept.  A source and the series that it has counted go together: where one of them begins anew, so does the
// other, or lines would count twice.
#pragma once

#include <memory>
#include <vector>

#include "exporter/app/serve/source.h"
#include "exporter/app/serve/state_keeper.h"
#include "exporter/base/logger.h"
#include "exporter/metrics/metric_store.h"
#include "exporter/state/state_directory.h"

namespace mta {

constexpr const char* kMetricsSection = "metrics";
constexpr const char* kSourceSection = "source ";  // and its name

// Before the first Poll() of any source, with `store` as the sources have made it.
void RestoreState(StateDirectory& directory, const std::vector<std::unique_ptr<Source>>& sources,
                  MetricStore& store, StateKeeper& keeper, Logger& logger);

// The same of what a process has left to itself.
void RestoreState(const DecodedSnapshot& left, const std::vector<std::unique_ptr<Source>>& sources,
                  MetricStore& store, StateKeeper& keeper, Logger& logger);

}  // namespace mta
