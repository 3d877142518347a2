// LogSource: the way of one log's lines into the metrics: envelope, collector, events, cells.
//
// A fold over lines: what it has learnt is in its state (Save, Restore) and in the store, and depends on
// nothing but the bytes read so far and the options.  The ingest thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/collector.h"
#include "exporter/app/source/source_metrics.h"
#include "exporter/base/bytes.h"
#include "exporter/events/recorder.h"
#include "exporter/metrics/metric_store.h"
#include "exporter/record/line_reader.h"
#include "exporter/tail/line_sink.h"

namespace mta {

struct LogSourceOptions {
  std::string name = "default";  // label `source`
  std::string mta = "auto";      // or the name of a collector
  CollectorOptions collector = {};
  EnvelopeOptions reader = {};
  std::vector<double> delay_buckets = DefaultDelayBuckets();
  DestinationOptions destinations = {};
  ContainerFormat container = ContainerFormat::kAuto;
  std::vector<std::string> hosts = {};  // lines of other hosts are foreign; none: of all
};

class LogSource final : public LineSink {
 public:
  // Fails where options.mta names no collector of this build.
  static Result<std::unique_ptr<LogSource>> Make(MetricStore& store, LogSourceOptions options);

  // One whole line without its newline.
  void Line(std::string_view line) override;
  // The same in two steps, for those who look at the record between them.  A line that gives no record is
  // counted by Read().
  LineRead Read(std::string_view line);
  void Take(const LogRecord& record);
  // A line that was too long to be read; its bytes with the newline.
  void OversizedLine(uint64_t bytes) override;
  // The lines from here on are of this log (ContainerUnwrapper::SetLog).
  void SetLog(std::string_view log) { lines_.SetLog(log); }
  // Bytes that were read, newlines and all.
  void Bytes(uint64_t bytes) { metrics_.CountBytes(bytes); }
  // The log ends here for good: what waits for a next line is counted now.
  void Finish();
  // Brings the gauges up to date; before every view.
  void Refresh();

  // What is doubtful about the log, as of the last Refresh(), in words for a person.
  std::vector<std::string> Warnings() const;

  EnvelopeReader& reader() { return lines_.envelope(); }
  SourceMetrics& metrics() { return metrics_; }
  const SourceMetrics& metrics() const { return metrics_; }
  const std::string& name() const { return options_.name; }

  void Save(ByteWriter& out) const;
  // What Save() wrote.  A part that cannot be read begins anew, the others keep theirs: then it gives false.
  bool Restore(ByteReader& in);

 private:
  struct Mta {
    std::string_view name;
    std::unique_ptr<Collector> collector;
    std::unique_ptr<MetricsRecorder> recorder;
    CollectorWarning warning;  // as it is shown
  };

  LogSource(MetricStore& store, LogSourceOptions options);
  void Add(MetricStore& store, const CollectorType& type);
  Verdict Step(const LogRecord& record);
  bool IsOfOtherHost(const LogRecord& record) const;
  void ShowWarning(Mta& mta);
  TrackingStats Tracking() const;

  const LogSourceOptions options_;
  LineReader lines_;
  std::vector<Mta> mtas_;
  SourceMetrics metrics_;
  int64_t last_line_ns_ = kNoTime;
};

}  // namespace mta
