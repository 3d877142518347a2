// PostfixExporterQueues: what dashboards made for prometheus-postfix-exporter ask of Postfix's queues, from
// the last scan (docs/migration.md).
//
// Made anew at every scrape: any thread.
#pragma once

#include <prometheus/collectable.h>

#include <vector>

#include "exporter/queue/queue_metrics.h"

namespace mta {

class PostfixExporterQueues : public prometheus::Collectable {
 public:
  // Borrows `queues`.
  explicit PostfixExporterQueues(const QueueMetrics& queues) : queues_(queues) {}
  // Sums over all sources that are Postfix's; nothing where no queue of Postfix is scanned.
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const QueueMetrics& queues_;
};

}  // namespace mta
