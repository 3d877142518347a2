#include "exporter/queue/queue_metrics.h"

#include <prometheus/metric_family.h>

#include <utility>

namespace mta {
namespace {

using Label = prometheus::ClientMetric::Label;

class GaugeFamily {
 public:
  GaugeFamily(std::string name, std::string help)
      : family_{std::move(name), std::move(help), prometheus::MetricType::Gauge, {}} {}

  void Add(std::vector<Label> labels, double value) {
    prometheus::ClientMetric metric;
    metric.label = std::move(labels);
    metric.gauge.value = value;
    family_.metric.push_back(std::move(metric));
  }
  void MoveTo(std::vector<prometheus::MetricFamily>& families) {
    if (!family_.metric.empty()) families.push_back(std::move(family_));
  }

 private:
  prometheus::MetricFamily family_;
};

}  // namespace

void QueueMetrics::Publish(std::vector<QueueScanResult> results) {
  auto next = std::make_shared<const std::vector<QueueScanResult>>(std::move(results));
  const std::lock_guard lock(mutex_);
  current_.swap(next);  // `next`, now the old one, outlives the lock
}

std::shared_ptr<const std::vector<QueueScanResult>> QueueMetrics::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

std::vector<prometheus::MetricFamily> QueueMetrics::Collect() const {
  GaugeFamily messages("mta_queue_messages",
                       "Messages in the queue, read from the MTA's queue, not its log.");
  GaugeFamily bytes("mta_queue_bytes", "Size of the messages in the queue.");
  GaugeFamily oldest("mta_queue_oldest_message_timestamp_seconds",
                     "When the oldest message in the queue arrived; no series where the queue is empty.");
  GaugeFamily success("mta_queue_scan_success",
                      "1 if the last scan read all queues, 0 if not: the exporter's log says why.");
  GaugeFamily duration("mta_queue_scan_duration_seconds", "How long the last scan of the queues took.");
  GaugeFamily timestamp("mta_queue_scan_timestamp_seconds",
                        "When the last scan that read all queues was done.");
  for (const auto snapshot = current(); const QueueScanResult& result : *snapshot) {
    const std::vector<Label> target = {{"mta", result.mta}, {"source", result.source}};
    for (const QueueFigures& figures : result.report.queues) {
      const std::vector<Label> queue = {
          {"mta", result.mta}, {"source", result.source}, {"queue", figures.queue}};
      messages.Add(queue, static_cast<double>(figures.messages));
      bytes.Add(queue, static_cast<double>(figures.bytes));
      if (figures.oldest_seconds) oldest.Add(queue, static_cast<double>(*figures.oldest_seconds));
    }
    success.Add(target, result.report.problems.empty() ? 1 : 0);
    duration.Add(target, result.duration_seconds);
    if (result.success_seconds) timestamp.Add(target, *result.success_seconds);
  }
  std::vector<prometheus::MetricFamily> families;
  for (GaugeFamily* family : {&messages, &bytes, &oldest, &success, &duration, &timestamp})
    family->MoveTo(families);
  return families;
}

}  // namespace mta
