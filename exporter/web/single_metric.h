// Makes prometheus::MetricFamily values of one sample, for metrics that are made at the scrape.
#pragma once

#include <prometheus/metric_family.h>

#include <string>
#include <vector>

namespace mta {

inline prometheus::MetricFamily SingleGauge(std::string name, std::string help, double value,
                                            std::vector<prometheus::ClientMetric::Label> labels = {}) {
  prometheus::ClientMetric metric;
  metric.label = std::move(labels);
  metric.gauge.value = value;
  return {std::move(name), std::move(help), prometheus::MetricType::Gauge, {std::move(metric)}};
}

inline prometheus::MetricFamily SingleCounter(std::string name, std::string help, double value) {
  prometheus::ClientMetric metric;
  metric.counter.value = value;
  return {std::move(name), std::move(help), prometheus::MetricType::Counter, {std::move(metric)}};
}

}  // namespace mta
