#include "exporter/app/serve/postfix_exporter_queues.h"

#include <prometheus/metric_family.h>

#include <limits>
#include <utility>

namespace mta {
namespace {

// Their buckets: 10^first … 10^last.
prometheus::ClientMetric ToHistogram(const std::string& queue, const PowersOfTen& values, size_t first,
                                     size_t last) {
  prometheus::ClientMetric metric;
  metric.label = {{"queue", queue}};
  metric.histogram.sample_count = values.count();
  metric.histogram.sample_sum = static_cast<double>(values.sum());
  double bound = 1;
  for (size_t power = 0; power <= last; ++power, bound *= 10) {
    if (power >= first) metric.histogram.bucket.push_back({values.AtMost(power), bound});
  }
  metric.histogram.bucket.push_back({values.count(), std::numeric_limits<double>::infinity()});
  return metric;
}

}  // namespace

std::vector<prometheus::MetricFamily> PostfixExporterQueues::Collect() const {
  QueueReport all;
  size_t scans = 0;
  for (const auto snapshot = queues_.current(); const QueueScanResult& result : *snapshot) {
    if (result.mta != "postfix") continue;
    ++scans;
    for (const QueueFigures& figures : result.report.queues) all.Add(figures);
    all.problems.insert(all.problems.end(), result.report.problems.begin(), result.report.problems.end());
  }
  if (scans == 0) return {};
  prometheus::MetricFamily up{
      "postfix_up", "Whether the last scan read Postfix's queues.", prometheus::MetricType::Gauge, {}};
  up.metric.emplace_back().gauge.value = all.problems.empty() ? 1 : 0;
  prometheus::MetricFamily sizes{"postfix_showq_message_size_bytes",
                                 "Size of messages in Postfix's queues.",
                                 prometheus::MetricType::Histogram,
                                 {}};
  prometheus::MetricFamily ages{"postfix_showq_message_age_seconds",
                                "Age of messages in Postfix's queues, at the last scan.",
                                prometheus::MetricType::Histogram,
                                {}};
  for (const QueueFigures& figures : all.queues) {
    sizes.metric.push_back(ToHistogram(figures.queue, figures.sizes, 3, 9));
    ages.metric.push_back(ToHistogram(figures.queue, figures.ages, 1, 8));
  }
  std::vector<prometheus::MetricFamily> families{std::move(up)};
  if (!sizes.metric.empty()) {
    families.push_back(std::move(sizes));
    families.push_back(std::move(ages));
  }
  return families;
}

}  // namespace mta
