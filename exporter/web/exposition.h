// From frozen metrics to prometheus-cpp's model, which every format is written from.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <memory>
#include <span>
#include <vector>

#include "exporter/metrics/view.h"

namespace mta {

// A View as prometheus::Collectable.  Families come by name, series by label values; families without series
// are left out.  The model holds counters as double: beyond 2^53 the last digits are lost here, never in the
// store.
class ViewCollectable : public prometheus::Collectable {
 public:
  explicit ViewCollectable(std::shared_ptr<const View> view) : view_(std::move(view)) {}
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  std::shared_ptr<const View> view_;
};

// What all of them give, by family name.
std::vector<prometheus::MetricFamily> CollectAll(
    std::span<const prometheus::Collectable* const> collectables);

}  // namespace mta
