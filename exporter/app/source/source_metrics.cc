#include "exporter/app/source/source_metrics.h"

namespace mta {
namespace {

constexpr std::array<std::string_view, 4> kResults = {"parsed", "ignored", "foreign",
                                                      "unrecognized"};  // by Verdict

FamilyId Add(MetricStore& store, const char* name, const char* help, MetricType type,
             std::vector<std::string> more = {}) {
  more.insert(more.begin(), "source");
  return store.Add({.name = name, .help = help, .type = type, .labels = std::move(more)});
}

FamilyId AddCounter(MetricStore& store, const char* name, const char* help,
                    std::vector<std::string> more = {}) {
  return Add(store, name, help, MetricType::kCounter, std::move(more));
}

FamilyId AddGauge(MetricStore& store, const char* name, const char* help,
                  std::vector<std::string> more = {}) {
  return Add(store, name, help, MetricType::kGauge, std::move(more));
}

}  // namespace

SourceMetrics::SourceMetrics(MetricStore& store, std::string source)
    : store_(store), source_(std::move(source)) {
  const FamilyId lines = AddCounter(store, "mta_exporter_log_lines_total",
                                    "Physical log lines by what became of them: parsed, ignored (known, "
                                    "feeds no metric), foreign (another program), "
                                    "unrecognized.",
                                    {"result"});
  for (size_t i = 0; i < kResults.size(); ++i) lines_[i] = store.Counter(lines, {source_, kResults[i]});
  const FamilyId rotations =
      AddCounter(store, "mta_exporter_log_rotations_total",
                 "Times the log was renamed, truncated or replaced under the reader.", {"kind"});
  renamed_ = store.Counter(rotations, {source_, "renamed"});
  truncated_ = store.Counter(rotations, {source_, "truncated"});
  replaced_ = store.Counter(rotations, {source_, "replaced"});
  bytes_ = store.Counter(AddCounter(store, "mta_exporter_log_bytes_total", "Uncompressed bytes of log read."),
                         {source_});
  lost_ = store.Counter(AddCounter(store, "mta_exporter_log_lost_bytes_total",
                                   "Bytes of log that were destroyed before they could be read."),
                        {source_});
  oversized_ = store.Counter(AddCounter(store, "mta_exporter_log_oversized_lines_total",
                                        "Lines longer than the limit; they count as unrecognized, too."),
                             {source_});
  lag_ = store.Gauge(AddGauge(store, "mta_exporter_log_lag_bytes", "Bytes in the log that are not read yet."),
                     {source_});
  last_line_ = store.Gauge(AddGauge(store, "mta_exporter_log_last_line_timestamp_seconds",
                                    "Time stamp of the last line that had one."),
                           {source_});
  up_ = store.Gauge(AddGauge(store, "mta_exporter_source_up", "1 while the source can be read."), {source_});
  tracked_ = store.Gauge(
      AddGauge(store, "mta_exporter_tracked_messages", "Messages remembered to connect their lines."),
      {source_});
  evicted_ = store.Counter(AddCounter(store, "mta_exporter_tracked_messages_evicted_total",
                                      "Messages forgotten for want of room or by age before they ended."),
                           {source_});
  warnings_ = AddGauge(
      store, "mta_exporter_source_warning",
      "1 while the warning is true: permission, sendmail_loglevel_hides_deferred and others.", {"warning"});
}

void SourceMetrics::Count(const FollowProgress& progress) {
  store_.Increment(renamed_, progress.renamed);
  store_.Increment(truncated_, progress.truncated);
  store_.Increment(replaced_, progress.replaced);
  store_.Increment(lost_, progress.lost_bytes);
  store_.Set(lag_, static_cast<double>(progress.lag_bytes));
  store_.Set(up_, progress.problem.empty() ? 1 : 0);
  // A warning is a series from its first time on.
  const bool permission = progress.problem.find("Permission denied") != std::string::npos;
  if (permission || permission_) SetWarning("permission", permission);
  permission_ = permission;
}

void SourceMetrics::SetLastLine(int64_t time_ns) {
  if (time_ns != kNoTime) store_.Set(last_line_, static_cast<double>(time_ns / 1'000'000) / 1e3);
}

void SourceMetrics::SetTracking(const TrackingStats& stats) {
  store_.Set(tracked_, static_cast<double>(stats.tracked));
  if (stats.evicted > seen_evicted_) store_.Increment(evicted_, stats.evicted - seen_evicted_);
  seen_evicted_ = stats.evicted;
}

void SourceMetrics::SetWarning(std::string_view warning, bool on) {
  store_.Set(store_.Gauge(warnings_, {source_, warning}), on ? 1 : 0);
}

}  // namespace mta
