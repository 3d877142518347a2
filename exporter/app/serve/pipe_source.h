// PipeSource: standard input, as a source.  What was read and not saved yet is lost in a crash.  A line under
// way goes on when the source is made anew on the same pipe, not on another.  The ingest thread only.
#pragma once

#include <memory>
#include <string>

#include "exporter/app/serve/source.h"
#include "exporter/app/source/log_source.h"
#include "exporter/base/env.h"
#include "exporter/base/logger.h"
#include "exporter/tail/line_cutter.h"

namespace mta {

class PipeSource final : public Source {
 public:
  PipeSource(Env& env, Logger& logger, std::unique_ptr<LogSource> source, std::string mta,
             std::unique_ptr<File> input);

  const std::string& name() const override { return source_->name(); }
  Polled Poll(uint64_t budget_bytes) override;
  void Finish() override { Poll(kPipeBytes); }
  void Refresh() override { source_->Refresh(); }
  SourceStatus Status() const override;
  void Save(ByteWriter& out) const override;
  Restored Restore(ByteReader& in) override;

 private:
  static constexpr uint64_t kPipeBytes = 1 << 20;  // more than one mostly holds
  bool IsReadable() const;
  uint64_t Identity() const;  // of the pipe
  void End(const std::string& problem);

  Env& env_;
  Logger& logger_;
  const std::unique_ptr<LogSource> source_;
  const std::string mta_;
  std::unique_ptr<File> input_;  // null: it has ended
  LineCutter cutter_;
  const std::unique_ptr<char[]> chunk_;
  std::string problem_;
};

}  // namespace mta
