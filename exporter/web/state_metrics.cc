#include "exporter/web/state_metrics.h"

#include "exporter/web/single_metric.h"

namespace mta {

std::vector<prometheus::MetricFamily> StateMetrics::Collect() const {
  if (!status_.kept) return {};
  prometheus::MetricFamily saves{"mta_exporter_state_saves_total",
                                 "Times the state was saved, by result: success or failure.",
                                 prometheus::MetricType::Counter,
                                 {}};
  for (const auto& [result, count] : {std::pair{"failure", status_.failures}, {"success", status_.saves}}) {
    prometheus::ClientMetric metric;
    metric.label = {{"result", result}};
    metric.counter.value = static_cast<double>(count);
    saves.metric.push_back(std::move(metric));
  }
  std::vector<prometheus::MetricFamily> all = {std::move(saves)};
  if (status_.last_save_seconds > 0) {
    all.push_back(
        SingleGauge("mta_exporter_state_save_timestamp_seconds",
                    "Time of the last state that was saved; at least once a minute, if all is well.",
                    status_.last_save_seconds));
  }
  return all;
}

}  // namespace mta
