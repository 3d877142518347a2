#include "exporter/app/serve/followed_source.h"

#include <fmt/format.h>

namespace mta {
namespace {

// What a container's log is called whatever its rotation has made of the name: 0.log.20261122-104123 is
// 0.log, X-json.log.1 is X-json.log.
std::string_view ContainerLogOf(std::string_view path) {
  constexpr std::string_view kSuffix = ".log";
  const size_t slash = path.rfind('/');
  const size_t suffix = path.find(kSuffix, slash == path.npos ? 0 : slash);
  return suffix == path.npos ? path : path.substr(0, suffix + kSuffix.size());
}

}  // namespace

Result<std::unique_ptr<FollowedSource>> FollowedSource::Make(MetricStore& store, Env& env, Logger& logger,
                                                             FollowedSourceOptions options) {
  Result<std::unique_ptr<LogSource>> source = LogSource::Make(store, options.source);
  if (!source) return tl::unexpected(source.error());
  return std::unique_ptr<FollowedSource>(
      new FollowedSource(env, logger, std::move(options), std::move(*source)));
}

FollowedSource::FollowedSource(Env& env, Logger& logger, FollowedSourceOptions options,
                               std::unique_ptr<LogSource> source)
    : env_(env),
      logger_(logger),
      options_(std::move(options)),
      source_(std::move(source)),
      follower_(env, options_.follower),
      path_(options_.follower.log) {}

Source::Polled FollowedSource::Poll(uint64_t budget_bytes) {
  FollowProgress progress = follower_.Poll(*this, budget_bytes);
  if (IsPassing(progress)) progress.problem.clear();
  source_->Bytes(progress.bytes);
  const bool changed = Report(progress);
  return {.changed = progress.bytes > 0 || changed, .more = progress.more};
}

// A log that could be read and cannot now may just be rotated: between rename and create it is not there.
bool FollowedSource::IsPassing(const FollowProgress& progress) {
  constexpr int64_t kRotationNs = 10'000'000'000;
  const int64_t now_ns = env_.MonotonicNs();
  if (progress.problem.empty()) {
    was_readable_ = true;
    trouble_since_ns_ = now_ns;
  }
  return was_readable_ && now_ns - trouble_since_ns_ < kRotationNs;
}

// A stamp without year in a live log is of the year that just went by; in an old file, of the one before it
// was last written.  From there on the stamps themselves tell when a year ends.
void FollowedSource::Begin(const Stretch& stretch) {
  if (!year_known_ || stretch.offset == 0) {
    source_->reader().SetReference(stretch.live && stretch.offset > 0 ? env_.NowNs() : stretch.mtime_ns);
    year_known_ = true;
  }
  source_->SetLog(ContainerLogOf(stretch.path));
  path_ = stretch.path;
  position_bytes_ = stretch.offset;
}

void FollowedSource::Line(std::string_view line) {
  source_->Line(line);
  position_bytes_ += line.size() + 1;
}

void FollowedSource::OversizedLine(uint64_t bytes) {
  source_->OversizedLine(bytes);
  position_bytes_ += bytes;
}

// True if there is something new to show.
bool FollowedSource::Report(const FollowProgress& progress) {
  source_->metrics().Count(progress);
  for (const std::string& notice : progress.notices) logger_.Warn(notice, {{"source", source_->name()}});
  const bool changed = lag_bytes_ != progress.lag_bytes || problem_ != progress.problem ||
                       progress.renamed + progress.truncated + progress.replaced > 0 ||
                       !progress.notices.empty();
  lag_bytes_ = progress.lag_bytes;
  if (problem_ == progress.problem) return changed;
  if (progress.problem.empty()) {
    logger_.Info("the log can be read again", {{"source", source_->name()}, {"log", options_.follower.log}});
  } else {
    logger_.Error(progress.problem, {{"source", source_->name()}, {"log", options_.follower.log}});
  }
  problem_ = progress.problem;
  return changed;
}

SourceStatus FollowedSource::Status() const {
  const SourceMetrics& metrics = source_->metrics();
  SourceStatus status;
  status.name = source_->name();
  status.mta = options_.source.mta;
  status.file = path_;
  status.up = problem_.empty();
  status.position_bytes = position_bytes_;
  status.lag_bytes = lag_bytes_;
  status.parsed_lines = metrics.lines(Verdict::kParsed);
  status.ignored_lines = metrics.lines(Verdict::kIgnored);
  status.foreign_lines = metrics.lines(Verdict::kForeign);
  status.unrecognized_lines = metrics.lines(Verdict::kUnrecognized);
  status.last_line_seconds = metrics.last_line_seconds();
  status.warnings = source_->Warnings();
  if (!problem_.empty()) status.warnings.push_back(problem_);
  return status;
}

void FollowedSource::Save(ByteWriter& out) const {
  out.PutBytes(path_);
  out.Put(position_bytes_);
  out.Put(year_known_);
  out.PutPart(follower_);
  out.PutPart(*source_);
}

Source::Restored FollowedSource::Restore(ByteReader& in) {
  std::string path(in.GetBytes());
  const auto position_bytes = in.Get<uint64_t>();
  const bool year_known = in.Get<uint8_t>() != 0;
  if (!in.GetPart(follower_)) return Restored::kNothing;
  path_ = std::move(path);
  position_bytes_ = position_bytes;
  const bool whole = in.GetPart(*source_);
  year_known_ = year_known && whole;
  return whole ? Restored::kWhole : Restored::kPartly;
}

}  // namespace mta
