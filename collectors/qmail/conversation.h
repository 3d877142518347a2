// For tests: a collector that is told raw log lines, envelope and all, and answers with events as text
// (collectors/event_log.h).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "collectors/event_log.h"
#include "collectors/qmail/qmail_collector.h"
#include "exporter/record/reader.h"

namespace mta::qmail {

using Events = std::vector<std::string>;

class Conversation {
 public:
  explicit Conversation(CollectorOptions options = {.only_mta = true})
      : options_(std::move(options)), collector_(options_) {
    reader_.SetYear(2026);
  }

  // One line of the log.
  Events Say(std::string_view line) {
    verdict = collector_.Step(reader_.Read(line), log_);
    return log_.Take();
  }
  // A line as multilog writes it, `milliseconds` after the beginning.
  Events At(int64_t milliseconds, std::string_view body) {
    LogRecord record;
    record.time_ns = (1'795'344'000'000 + milliseconds) * 1'000'000;
    record.message = record.line = body;
    record.envelope = Envelope::kTai64n;
    verdict = collector_.Step(record, log_);
    return log_.Take();
  }
  Events Finish() {
    collector_.Finish(log_);
    return log_.Take();
  }

  // Goes on with a collector restored from what this one saved.  False where that does not succeed.
  bool Restart() {
    ByteWriter saved;
    collector_.Save(saved);
    ByteReader reader(saved.bytes());
    return collector_.Restore(reader) && reader.done();
  }

  QmailCollector& collector() { return collector_; }

  Verdict verdict = Verdict::kForeign;

 private:
  const CollectorOptions options_;
  QmailCollector collector_;
  EnvelopeReader reader_;
  EventLog log_;
};

}  // namespace mta::qmail
