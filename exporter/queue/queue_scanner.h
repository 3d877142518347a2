// QueueScanner: scans the queues over and over, in a thread of its own, and keeps the last figures for the
// scrapes, which never wait for it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "exporter/base/logger.h"
#include "exporter/queue/queue_metrics.h"
#include "exporter/queue/queue_scan.h"

namespace mta {

struct QueueScanTiming {
  int64_t interval_ns = 30'000'000'000;  // between the begins of two scans,
  int64_t least_share = 50;              // but stretched so that scanning takes at most 1/50 of the time
  int64_t limit_ns = 60'000'000'000;     // of the scan of one target
};

class QueueScanner {
 public:
  // Both must outlive the scanner.  Scans nothing before SetTargets().
  QueueScanner(Env& env, Logger& logger, QueueScanTiming timing = {});
  // Ends a scan under way.
  ~QueueScanner();
  QueueScanner(const QueueScanner&) = delete;
  QueueScanner& operator=(const QueueScanner&) = delete;

  // Scans these from now on, at once for the first time.  Any thread.
  void SetTargets(std::vector<QueueTarget> targets);

  const QueueMetrics& metrics() const { return metrics_; }

 private:
  using Results = std::map<std::pair<std::string, std::string>, QueueScanResult>;  // by mta and source

  void Run();
  void ScanAll(const std::vector<QueueTarget>& targets);
  void Scan(const QueueTarget& target);
  void Report(const QueueTarget& target, const std::vector<std::string>& before,
              const std::vector<std::string>& now);
  void Publish(const std::vector<QueueTarget>& targets);

  Env& env_;
  Logger& logger_;
  const QueueScanTiming timing_;
  QueueMetrics metrics_;
  Results results_;  // the thread's own
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<QueueTarget> targets_;  // under mutex_
  bool fresh_ = false;                // targets_ are not scanned yet; under mutex_
  bool ending_ = false;               // under mutex_
  std::atomic<bool> stop_scan_ = false;
  std::thread thread_;
};

}  // namespace mta
