#include "exporter/app/backfill/replay.h"

#include <algorithm>

#include "exporter/base/civil.h"
#include "exporter/tail/line_cutter.h"

namespace mta {
namespace {

constexpr int64_t kWrongClockNs = 24LL * 3600 * kNanosPerSecond;
// Beyond it nobody was there to write, or the files are missing: the series may end.
constexpr int64_t kLongestSilenceNs = 24LL * 3600 * kNanosPerSecond;

// The lines of one source, counted at their times.
class SteppedSource final : public LineSink {
 public:
  SteppedSource(MetricStore& store, LogSource& source, const ReplayOptions& options, SampleWriter& samples,
                Replayed& all)
      : store_(store),
        source_(source),
        options_(options),
        samples_(samples),
        all_(all),
        end_ns_(options.until_ns == kNever ? kNever : options.until_ns / kNanosPerSecond * kNanosPerSecond) {
    source_.metrics().Count(FollowProgress{});  // it can be read
  }

  // The lines from here on cannot be later: their file was last written then, by a clock that may be wrong.
  void SetWritten(int64_t time_ns) { latest_ns_ = time_ns + kWrongClockNs; }

  void Line(std::string_view line) override {
    const LineRead read = source_.Read(line);
    if (read.kind == Unwrapped::Kind::kLine && !Take(read.record)) return;
    source_.Bytes(line.size() + 1);
  }
  void OversizedLine(uint64_t bytes) override {
    source_.OversizedLine(bytes);
    source_.Bytes(bytes);
  }

  // The last sample is a second before the end; where none was set, at the first step after the last line.
  void Finish() {
    source_.Finish();
    if (next_ns_ == kNoTime) return;
    if (end_ns_ != kNever && end_ns_ - next_ns_ <= kLongestSilenceNs) {
      while (next_ns_ < end_ns_ - kNanosPerSecond) Step();
      next_ns_ = end_ns_ - kNanosPerSecond;
    }
    Sample();
    Pause();
    if (outcome_) outcome_ = samples_.End(next_ns_ + kNanosPerSecond);
  }
  const Outcome& outcome() const { return outcome_; }

 private:
  // False where it is left out.
  bool Take(const LogRecord& record) {
    if (record.time_ns == kNoTime || record.time_ns > latest_ns_) {
      ++(record.time_ns == kNoTime ? all_.timeless : all_.ahead);
      if (next_ns_ == kNoTime) return false;  // there is no time to count it at
    } else if (record.time_ns >= options_.until_ns) {
      ++all_.after;
      return false;
    } else {
      StepTo(record.time_ns);
    }
    source_.Take(record);
    return true;
  }

  void StepTo(int64_t time_ns) {
    if (all_.first_ns == kNoTime || time_ns < all_.first_ns) all_.first_ns = time_ns;
    all_.last_ns = std::max(all_.last_ns, time_ns);
    if (next_ns_ == kNoTime) next_ns_ = BoundaryAfter(time_ns);
    if (time_ns - next_ns_ > kLongestSilenceNs) {
      Sample();
      Pause();
      next_ns_ = BoundaryAfter(time_ns);
    }
    while (next_ns_ <= time_ns && next_ns_ < end_ns_ - kNanosPerSecond) Step();
  }

  int64_t BoundaryAfter(int64_t time_ns) const { return (time_ns / options_.step_ns + 1) * options_.step_ns; }

  void Step() {
    Sample();
    next_ns_ += options_.step_ns;
  }
  void Sample() {
    if (!outcome_) return;
    source_.Refresh();
    outcome_ = samples_.Write(store_.Freeze(), next_ns_);
  }
  void Pause() {
    if (outcome_) outcome_ = samples_.Pause(next_ns_);
  }

  MetricStore& store_;
  LogSource& source_;
  const ReplayOptions& options_;
  SampleWriter& samples_;
  Replayed& all_;
  const int64_t end_ns_;  // in whole seconds
  int64_t latest_ns_ = kNever;
  int64_t next_ns_ = kNoTime;
  Outcome outcome_;
};

Outcome ReplaySource(LogFiles& files, const PastSource& past, const ReplayOptions& options,
                     SampleWriter& samples, const std::function<void(uint64_t bytes)>& advance,
                     Replayed& all) {
  MetricStore store;
  Result<std::unique_ptr<LogSource>> source = LogSource::Make(store, past.options);
  if (!source) return tl::unexpected(source.error());
  samples.BeginStore();
  SteppedSource stepped(store, **source, options, samples, all);
  LineCutter cutter;
  for (const LogFile& file : files.files()) {
    if (std::ranges::find(past.logs, file.log) == past.logs.end()) continue;
    files.SetYear(file, (*source)->reader());
    (*source)->SetLog(files.logs()[file.log].path);
    stepped.SetWritten(files.WrittenNs(file));
    const Outcome read = files.Read(file, [&](std::string_view chunk) {
      cutter.Feed(chunk, stepped);
      if (!file.compressed) advance(chunk.size());
    });
    if (file.compressed) advance(file.file.size_bytes);
    if (file.file.ends_line) cutter.Finish(stepped);
    if (!read) all.problems.push_back(read.error().message);
    if (!stepped.outcome()) return stepped.outcome();
  }
  stepped.Finish();
  for (const Verdict verdict :
       {Verdict::kParsed, Verdict::kIgnored, Verdict::kForeign, Verdict::kUnrecognized})
    all.lines[static_cast<size_t>(verdict)] += (*source)->metrics().lines(verdict);
  return stepped.outcome();
}

}  // namespace

Outcome Replay(LogFiles& files, const std::vector<PastSource>& sources, const ReplayOptions& options,
               SampleWriter& samples, const std::function<void(uint64_t bytes)>& advance, Replayed& all) {
  for (const PastSource& source : sources) {
    if (Outcome done = ReplaySource(files, source, options, samples, advance, all); !done) return done;
  }
  return {};
}

}  // namespace mta
