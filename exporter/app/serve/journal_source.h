// JournalSource: the systemd journal, as a source: from records to the metrics, with its position in the
// state.
//
// As careful as with a file: what was not read when the exporter ended is read when it is back, and records
// that were deleted meanwhile are told as a gap.  Where no journal can be read it tries again every second.
// The ingest thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "exporter/app/serve/source.h"
#include "exporter/app/source/log_source.h"
#include "exporter/base/env.h"
#include "exporter/base/logger.h"
#include "exporter/journal/journal_reader.h"

namespace mta {

struct JournalSourceOptions {
  std::string mta = "auto";
  JournalOptions journal;
  bool from_beginning = false;
};

class JournalSource final : public Source, private JournalSink {
 public:
  JournalSource(MetricStore& store, Env& env, Logger& logger, std::unique_ptr<LogSource> source,
                JournalSourceOptions options);

  const std::string& name() const override { return source_->name(); }
  Polled Poll(uint64_t budget_bytes) override;
  void Refresh() override { source_->Refresh(); }
  SourceStatus Status() const override;
  std::vector<std::string> WatchPaths() const override { return directories_; }
  void Save(ByteWriter& out) const override;
  Restored Restore(ByteReader& in) override;

 private:
  void Record(const LogRecord& record, uint64_t bytes) override;
  void OversizedRecord(uint64_t bytes) override;
  bool Look(std::string& problem);
  std::string Open();
  bool Report(const std::string& problem);

  MetricStore& store_;
  Env& env_;
  Logger& logger_;
  const std::unique_ptr<LogSource> source_;
  const JournalSourceOptions options_;
  CounterId gaps_, damaged_;
  std::unique_ptr<JournalReader> reader_;  // null: it could not be opened, or not yet
  std::string position_;                   // all up to here is counted
  std::vector<std::string> directories_;
  std::string problem_;
  int64_t next_look_ns_ = 0;  // monotonic
};

}  // namespace mta
