// FollowedSource: one log that is followed, from its files to the metrics, and how it fares.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "exporter/app/serve/source.h"
#include "exporter/app/source/log_source.h"
#include "exporter/base/env.h"
#include "exporter/base/logger.h"
#include "exporter/tail/follower.h"

namespace mta {

struct FollowedSourceOptions {
  LogSourceOptions source;
  FollowerOptions follower;
};

class FollowedSource final : public Source, private FollowSink {
 public:
  static Result<std::unique_ptr<FollowedSource>> Make(MetricStore& store, Env& env, Logger& logger,
                                                      FollowedSourceOptions options);

  const std::string& name() const override { return source_->name(); }
  Polled Poll(uint64_t budget_bytes) override;
  void Refresh() override { source_->Refresh(); }
  SourceStatus Status() const override;
  std::vector<std::string> WatchPaths() const override { return follower_.WatchPaths(); }
  void Save(ByteWriter& out) const override;
  Restored Restore(ByteReader& in) override;

 private:
  FollowedSource(Env& env, Logger& logger, FollowedSourceOptions options, std::unique_ptr<LogSource> source);

  void Begin(const Stretch& stretch) override;
  void Line(std::string_view line) override;
  void OversizedLine(uint64_t bytes) override;
  bool IsPassing(const FollowProgress& progress);
  bool Report(const FollowProgress& progress);

  Env& env_;
  Logger& logger_;
  const FollowedSourceOptions options_;
  std::unique_ptr<LogSource> source_;
  Follower follower_;
  std::string path_;             // where the last line was read,
  uint64_t position_bytes_ = 0;  // and where it ended
  uint64_t lag_bytes_ = 0;
  std::string problem_;
  bool was_readable_ = false;
  int64_t trouble_since_ns_ = 0;  // monotonic: when it could be read last
  bool year_known_ = false;
};

}  // namespace mta
