// EventStream: the way of one log's lines to events, without metrics: wrapping, envelope and collectors, as
// LogSource has them.  For those who ask of a log something else than numbers.
//
// One thread.  A fold over lines: what it does with one depends on nothing but the lines before.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/collector.h"
#include "exporter/base/result.h"
#include "exporter/record/line_reader.h"
#include "exporter/tail/line_sink.h"

namespace mta {

// A sink of events that also sees the lines they come from.
class LineObserver : public EventSink {
 public:
  // The events up to EndLine() are this MTA's if they are anybody's: a collector that finds a line foreign
  // has given none.
  virtual void BeginLine(const LogRecord& record, std::string_view mta) = 0;
  // What became of the line, and which message it was about; empty for none.
  virtual void EndLine(const LogRecord& record, Verdict verdict, std::string_view queue_id) = 0;
  // A piece of a line that goes on in the next one (container_line.h).
  virtual void Piece() {}
  virtual void Oversized(uint64_t bytes) {}
};

struct EventStreamOptions {
  std::string mta = "auto";  // or the name of a collector
  CollectorOptions collector = {};
  EnvelopeOptions reader = {};
};

class EventStream final : public LineSink {
 public:
  // `observer` must outlive the stream.  Fails where options.mta names no collector of this build.
  static Result<std::unique_ptr<EventStream>> Make(EventStreamOptions options, LineObserver& observer);

  void Line(std::string_view line) override;
  void OversizedLine(uint64_t bytes) override { observer_.Oversized(bytes); }
  // The log ends here for good.
  void Finish();

  EnvelopeReader& reader() { return lines_.envelope(); }
  // Standing doubts about the log, with the MTA they are about.
  std::vector<CollectorWarning> Warnings() const;

 private:
  struct Mta {
    std::string_view name;
    std::unique_ptr<Collector> collector;
  };

  EventStream(const EventStreamOptions& options, LineObserver& observer)
      : lines_(options.reader), observer_(observer) {}

  LineReader lines_;
  std::vector<Mta> mtas_;
  LineObserver& observer_;
};

}  // namespace mta
