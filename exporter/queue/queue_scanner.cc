#include "exporter/queue/queue_scanner.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace mta {
namespace {

constexpr double kSecondsPerNs = 1e-9;

}  // namespace

QueueScanner::QueueScanner(Env& env, Logger& logger, QueueScanTiming timing)
    : env_(env), logger_(logger), timing_(timing) {}

QueueScanner::~QueueScanner() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    stop_scan_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void QueueScanner::SetTargets(std::vector<QueueTarget> targets) {
  {
    const std::lock_guard lock(mutex_);
    targets_ = std::move(targets);
    fresh_ = true;
    stop_scan_ = true;
    // Not before: a thread has the rights of the one that starts it, and serve gives up its own in between.
    if (!thread_.joinable()) thread_ = std::thread([this] { Run(); });
  }
  changed_.notify_all();
}

void QueueScanner::Run() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return fresh_ || ending_; });
  while (!ending_) {
    const std::vector<QueueTarget> targets = targets_;
    fresh_ = false;
    stop_scan_ = false;
    lock.unlock();
    const int64_t begin_ns = env_.MonotonicNs();
    ScanAll(targets);
    const int64_t took_ns = env_.MonotonicNs() - begin_ns;
    const int64_t pause_ns = std::max(timing_.interval_ns - took_ns, took_ns * timing_.least_share);
    lock.lock();
    changed_.wait_for(lock, std::chrono::nanoseconds(pause_ns), [&] { return fresh_ || ending_; });
  }
}

// Published after each: one that hangs keeps the figures of the others from nobody for long.
void QueueScanner::ScanAll(const std::vector<QueueTarget>& targets) {
  std::erase_if(results_, [&](const auto& result) {
    return std::ranges::none_of(targets, [&](const QueueTarget& target) {
      return result.first == std::pair(target.mta, target.source);
    });
  });
  if (targets.empty()) metrics_.Publish({});
  for (const QueueTarget& target : targets) {
    Scan(target);
    if (stop_scan_) return;
    Publish(targets);
  }
}

void QueueScanner::Scan(const QueueTarget& target) {
  const int64_t begin_ns = env_.MonotonicNs();
  const ScanLimits limits(env_, timing_.limit_ns, stop_scan_);
  QueueReport report = ScanQueues(target, env_, limits);
  if (stop_scan_) return;  // broken off, and not by its own fault
  QueueScanResult& result = results_[{target.mta, target.source}];
  result.mta = target.mta;
  result.source = target.source;
  result.duration_seconds = kSecondsPerNs * static_cast<double>(env_.MonotonicNs() - begin_ns);
  if (report.problems.empty()) result.success_seconds = kSecondsPerNs * static_cast<double>(env_.NowNs());
  Report(target, result.report.problems, report.problems);
  result.report = std::move(report);
}

// In the log once, and once more when it is over.
void QueueScanner::Report(const QueueTarget& target, const std::vector<std::string>& before,
                          const std::vector<std::string>& now) {
  for (const std::string& problem : now) {
    if (std::ranges::find(before, problem) == before.end())
      logger_.Warn("a queue cannot be read: " + problem, {{"mta", target.mta}, {"source", target.source}});
  }
  if (now.empty() && !before.empty())
    logger_.Info("the queues can be read again", {{"mta", target.mta}, {"source", target.source}});
}

void QueueScanner::Publish(const std::vector<QueueTarget>& targets) {
  std::vector<QueueScanResult> results;
  for (const QueueTarget& target : targets) {
    const auto found = results_.find({target.mta, target.source});
    if (found != results_.end()) results.push_back(found->second);
  }
  metrics_.Publish(std::move(results));
}

}  // namespace mta
