// mta_exporter_state_*: how keeping the state fares.
//
// Not in the view like all other counters: that a view could not be saved must show although the view does
// not.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <vector>

#include "exporter/web/status.h"

namespace mta {

// None where no state is kept.
class StateMetrics : public prometheus::Collectable {
 public:
  // Borrows `status`.
  explicit StateMetrics(const StateStatus& status) : status_(status) {}
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const StateStatus& status_;
};

}  // namespace mta
