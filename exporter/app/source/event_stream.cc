#include "exporter/app/source/event_stream.h"

#include <fmt/format.h>

namespace mta {

Result<std::unique_ptr<EventStream>> EventStream::Make(EventStreamOptions options, LineObserver& observer) {
  auto stream = std::unique_ptr<EventStream>(new EventStream(options, observer));
  options.collector.only_mta = options.mta != "auto";
  for (const CollectorType* type : CollectorTypes()) {
    if (options.mta == "auto" || options.mta == type->mta)
      stream->mtas_.push_back({type->mta, type->make(options.collector)});
  }
  if (stream->mtas_.empty()) return Fail(fmt::format("unknown mta \"{}\"", options.mta));
  return stream;
}

// The first collector that knows the line has it.
void EventStream::Line(std::string_view line) {
  const LineRead read = lines_.Read(line);
  if (read.kind == Unwrapped::Kind::kPiece) return observer_.Piece();
  if (read.kind == Unwrapped::Kind::kOversized) return observer_.Oversized(line.size() + 1);
  const LogRecord& record = read.record;
  Verdict verdict = record.repeat == 0 ? Verdict::kIgnored : Verdict::kForeign;
  std::string_view queue_id;
  for (auto mta = mtas_.begin(); verdict == Verdict::kForeign && mta != mtas_.end(); ++mta) {
    observer_.BeginLine(record, mta->name);
    verdict = mta->collector->Step(record, observer_);
    queue_id = mta->collector->queue_id();
  }
  observer_.EndLine(record, verdict, queue_id);
}

void EventStream::Finish() {
  for (Mta& mta : mtas_) mta.collector->Finish(observer_);
}

std::vector<CollectorWarning> EventStream::Warnings() const {
  std::vector<CollectorWarning> warnings;
  for (const Mta& mta : mtas_) {
    if (const CollectorWarning warning = mta.collector->warning(); !warning.name.empty())
      warnings.push_back(warning);
  }
  return warnings;
}

}  // namespace mta
