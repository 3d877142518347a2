// SampleWriter: what Prometheus would have scraped, step by step, as an OpenMetrics file with timestamps.
//
// The format wants each family in one piece, so what a step gives is kept in one temporary file a family and
// put together at the end: memory does not grow with the time that is covered.
//
// Written is what gives rate() and instant queries the values of a scrape at every step: a series at each
// step of the hour before a change and of the hour after, so that windows of up to an hour hold the same
// samples, and otherwise every two minutes, so that it is never stale (five minutes) and two samples lie in
// every window of four.  One thread.
#pragma once

#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "exporter/base/scratch_file.h"
#include "exporter/metrics/view.h"

namespace mta {

class SampleWriter {
 public:
  // `labels` are added to every series.
  SampleWriter(int64_t step_ns, std::map<std::string, std::string> labels)
      : step_ns_(step_ns),
        quiet_step_ns_(std::max<int64_t>(kQuietNs / step_ns, 1) * step_ns),
        labels_(std::move(labels)) {}

  // The next views are of another store, whose series are others; families without the label source, which
  // could be of both, are left out.
  void BeginStore();
  // The store as it stood at `time_ns`, a multiple of the step; times rise within a store.
  Outcome Write(std::shared_ptr<const View> view, int64_t time_ns);
  // Nothing is known from `time_ns` on, the last time that was written: the series end there, or go on with
  // the next Write().
  Outcome Pause(int64_t time_ns);
  // The end of a store, which is paused: whoever counts from `time_ns` on begins at 0, and a counter that had
  // grown beyond the old one by its first scrape would not pass for begun anew.
  Outcome End(int64_t time_ns);
  // All of it into `out`, with the end mark; `advance` hears of every piece.
  Outcome Finish(std::FILE* out, const std::function<void(uint64_t bytes)>& advance);
  // What Finish() will write, but for the heads.
  uint64_t size_bytes() const;

  uint64_t samples() const { return samples_; }
  uint64_t series_written() const { return series_count_; }

 private:
  static constexpr int64_t kQuietNs = 120'000'000'000;

  struct Family {
    std::string head;  // HELP and TYPE
    ScratchFile file;
    std::string buffer;
  };
  // By the first cell, which stays a series' own in its store.
  struct Series {
    std::string labels;  // name="value",… with a comma at the end where there are any
    std::vector<uint64_t> cells;
    int64_t written_ns = 0;
    int64_t changed_ns = 0;
    bool paused = false;
  };

  Result<Family*> FamilyOf(const FamilySchema& schema);
  std::string LabelsOf(const FamilySchema& family, const SeriesSchema& series) const;
  template <typename Function>
  Outcome ForEach(Function function);
  void Step(const FamilySchema& family, const SeriesSchema& entry, int64_t time_ns, std::string& out);
  void Append(const FamilySchema& family, Series& series, int64_t time_ns, std::string& out);
  void AppendSample(std::string_view name, std::string_view labels, std::string_view last_label, double value,
                    int64_t time_ns, std::string& out);

  const int64_t step_ns_;
  const int64_t quiet_step_ns_;
  const std::map<std::string, std::string> labels_;
  std::map<std::string, Family> families_;  // by name
  std::unordered_map<uint32_t, Series> series_;
  std::shared_ptr<const View> view_;
  std::vector<uint64_t> now_;  // scratch: the cells of a series
  uint64_t samples_ = 0;
  uint64_t series_count_ = 0;
};

}  // namespace mta
