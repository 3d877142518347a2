// What the exporter says of itself for one log source: mta_exporter_log_* (METRICS.md section 5).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "collectors/collector.h"
#include "exporter/metrics/metric_store.h"
#include "exporter/record/record.h"
#include "exporter/tail/follow_sink.h"

namespace mta {

class SourceMetrics {
 public:
  SourceMetrics(MetricStore& store, std::string source);

  void CountLine(Verdict verdict) { store_.Increment(lines_[static_cast<size_t>(verdict)]); }
  void CountOversized() { store_.Increment(oversized_); }
  void CountBytes(uint64_t bytes) { store_.Increment(bytes_, bytes); }
  // What a look at the files has found.
  void Count(const FollowProgress& progress);
  void SetLastLine(int64_t time_ns);
  void SetTracking(const TrackingStats& stats);
  // How many evictions are in the cells; kept in the state beside them.
  uint64_t counted_evictions() const { return seen_evicted_; }
  void ResumeEvictions(uint64_t counted) { seen_evicted_ = counted; }
  // A warning that was true once stays as a series, 1 while it is true.
  void SetWarning(std::string_view warning, bool on);

  uint64_t lines(Verdict verdict) const { return store_.Value(lines_[static_cast<size_t>(verdict)]); }
  uint64_t bytes() const { return store_.Value(bytes_); }
  double last_line_seconds() const { return store_.Value(last_line_); }

 private:
  MetricStore& store_;
  const std::string source_;
  FamilyId warnings_;
  std::array<CounterId, 4> lines_;  // by Verdict
  CounterId renamed_, truncated_, replaced_;
  CounterId bytes_, lost_, oversized_, evicted_;
  GaugeId lag_, last_line_, up_, tracked_;
  uint64_t seen_evicted_ = 0;
  bool permission_ = false;  // the warning is on
};

}  // namespace mta
