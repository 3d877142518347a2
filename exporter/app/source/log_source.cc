#include "exporter/app/source/log_source.h"

#include <fmt/format.h>

#include <algorithm>

namespace mta {

Result<std::unique_ptr<LogSource>> LogSource::Make(MetricStore& store, LogSourceOptions options) {
  const std::string wanted = options.mta;
  options.collector.only_mta = wanted != "auto";
  auto source = std::unique_ptr<LogSource>(new LogSource(store, std::move(options)));
  std::string known = "auto";
  for (const CollectorType* type : CollectorTypes()) {
    known += fmt::format(", {}", type->mta);
    if (wanted == "auto" || wanted == type->mta) source->Add(store, *type);
  }
  if (source->mtas_.empty()) return Fail(fmt::format("unknown mta \"{}\": it is one of {}", wanted, known));
  return source;
}

LogSource::LogSource(MetricStore& store, LogSourceOptions options)
    : options_(std::move(options)),
      lines_(options_.reader, options_.container),
      metrics_(store, options_.name) {}

void LogSource::Add(MetricStore& store, const CollectorType& type) {
  RecorderOptions recorder;
  recorder.mta = type.mta;
  recorder.source = options_.name;
  recorder.delay_buckets = options_.delay_buckets;
  recorder.destinations = options_.destinations;
  recorder.specific.assign(type.metrics.begin(), type.metrics.end());
  mtas_.push_back({type.mta,
                   type.make(options_.collector),
                   std::make_unique<MetricsRecorder>(store, std::move(recorder)),
                   {}});
  if (options_.collector.only_mta)
    mtas_.back().recorder->Appear();  // configured: its zeros are there before its lines
}

void LogSource::Line(std::string_view line) {
  const LineRead read = Read(line);
  if (read.kind == Unwrapped::Kind::kLine) Take(read.record);
}

LineRead LogSource::Read(std::string_view line) {
  LineRead read = lines_.Read(line);
  if (read.kind == Unwrapped::Kind::kPiece) metrics_.CountLine(Verdict::kIgnored);
  if (read.kind == Unwrapped::Kind::kOversized) OversizedLine(line.size() + 1);
  return read;
}

void LogSource::Take(const LogRecord& record) {
  // A repeat of a line that was not seen (record.h) can be counted as nothing.
  metrics_.CountLine(record.repeat == 0 ? Verdict::kIgnored : Step(record));
  if (record.time_ns != kNoTime) last_line_ns_ = record.time_ns;
}

// The first collector that knows the line has it.
Verdict LogSource::Step(const LogRecord& record) {
  if (!options_.hosts.empty() && IsOfOtherHost(record)) return Verdict::kForeign;
  for (Mta& mta : mtas_) {
    const Verdict verdict = mta.collector->Step(record, *mta.recorder);
    if (verdict == Verdict::kForeign) continue;
    if (verdict != Verdict::kUnrecognized) mta.recorder->Appear();
    return verdict;
  }
  return Verdict::kForeign;
}

bool LogSource::IsOfOtherHost(const LogRecord& record) const {
  return std::ranges::find(options_.hosts, record.host) == options_.hosts.end();
}

void LogSource::OversizedLine(uint64_t) {
  metrics_.CountLine(Verdict::kUnrecognized);
  metrics_.CountOversized();
}

void LogSource::Finish() {
  for (Mta& mta : mtas_) mta.collector->Finish(*mta.recorder);
}

void LogSource::Refresh() {
  metrics_.SetTracking(Tracking());
  metrics_.SetLastLine(last_line_ns_);
  for (Mta& mta : mtas_) ShowWarning(mta);
}

TrackingStats LogSource::Tracking() const {
  TrackingStats all;
  for (const Mta& mta : mtas_) {
    const TrackingStats stats = mta.collector->tracking();
    all.tracked += stats.tracked;
    all.evicted += stats.evicted;
  }
  return all;
}

void LogSource::ShowWarning(Mta& mta) {
  const CollectorWarning now = mta.collector->warning();
  if (now.name == mta.warning.name) return;
  if (!mta.warning.name.empty()) metrics_.SetWarning(mta.warning.name, false);
  if (!now.name.empty()) metrics_.SetWarning(now.name, true);
  mta.warning = now;
}

std::vector<std::string> LogSource::Warnings() const {
  std::vector<std::string> texts;
  for (const Mta& mta : mtas_) {
    if (!mta.warning.text.empty()) texts.emplace_back(mta.warning.text);
  }
  return texts;
}

void LogSource::Save(ByteWriter& out) const {
  out.Put(last_line_ns_);
  out.Put(metrics_.counted_evictions());
  lines_.Save(out);
  out.Put(static_cast<uint32_t>(mtas_.size()));
  for (const Mta& mta : mtas_) {
    out.PutBytes(mta.name);
    out.PutPart(*mta.collector);
    out.PutPart(*mta.recorder);
  }
}

bool LogSource::Restore(ByteReader& in) {
  last_line_ns_ = in.Get<int64_t>();
  metrics_.ResumeEvictions(in.Get<uint64_t>());
  bool whole = lines_.Restore(in);
  for (auto left = in.Get<uint32_t>(); left > 0 && in.ok(); --left) {
    const std::string_view name = in.GetBytes();
    const auto mta = std::ranges::find(mtas_, name, &Mta::name);
    if (mta != mtas_.end()) {
      whole = in.GetPart(*mta->collector) && whole;
      whole = in.GetPart(*mta->recorder) && whole;
    } else {  // of another configuration
      in.GetBytes();
      in.GetBytes();
    }
  }
  return whole && in.ok();
}

}  // namespace mta
