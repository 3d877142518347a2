// mta_exporter_input_dropped_total: what an input had for us and we could not take.
#pragma once

#include <string>
#include <string_view>

#include "exporter/metrics/metric_store.h"

namespace mta {

inline CounterId DroppedCounter(MetricStore& store, const std::string& source, std::string_view cause) {
  const FamilyId family = store.Add(
      {.name = "mta_exporter_input_dropped_total",
       .help = "What could not be taken. Listener: datagrams that the kernel had no room for, connections "
               "beyond the limit, messages cut off by the end of their connection. Journal: gaps "
               "(records deleted before they were read, however many), damaged records.",
       .type = MetricType::kCounter,
       .labels = {"source", "cause"}});
  return store.Counter(family, {source, cause});
}

}  // namespace mta
