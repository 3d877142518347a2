// QueueMetrics: the last scan of every target, as mta_queue_*.
//
// The scanner publishes, the HTTP threads collect; the lock is held for one pointer.
#pragma once

#include <prometheus/collectable.h>

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "exporter/queue/queue_report.h"

namespace mta {

struct QueueScanResult {
  std::string mta;  // labels
  std::string source;
  QueueReport report = {};
  double duration_seconds = 0;
  std::optional<double> success_seconds = {};  // when the last scan that succeeded ended, since 1970
};

class QueueMetrics : public prometheus::Collectable {
 public:
  void Publish(std::vector<QueueScanResult> results);
  std::vector<prometheus::MetricFamily> Collect() const override;
  // What was published last.
  std::shared_ptr<const std::vector<QueueScanResult>> current() const;

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const std::vector<QueueScanResult>> current_ =
      std::make_shared<std::vector<QueueScanResult>>();
};

}  // namespace mta
