// For tests: a collector that is told log lines and answers with events, as text (collectors/event_log.h).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/event_log.h"
#include "collectors/sendmail/sendmail_collector.h"

namespace mta::sendmail {

using Events = std::vector<std::string>;

class Conversation {
 public:
  explicit Conversation(CollectorOptions options = {.only_mta = true})
      : options_(std::move(options)), collector_(options_) {}

  // Says one message, written by `tag` a second after the last one.
  Events Say(std::string_view message, std::string_view tag = "sm-mta") {
    now_ns += 1'000'000'000;
    LogRecord record;
    record.time_ns = now_ns;
    record.host = host;
    record.tag = tag;
    record.message = record.line = message;
    record.envelope = Envelope::kSyslog;
    verdict = collector_.Step(record, log_);
    return log_.Take();
  }

  // Goes on with a collector restored from what this one saved.  False where that does not succeed.
  bool Restart() {
    ByteWriter saved;
    collector_.Save(saved);
    const std::string bytes = saved.Take();
    ByteReader reader(bytes);
    collector_.Restore(reader);
    return reader.ok() && reader.done();
  }

  SendmailCollector& collector() { return collector_; }

  Verdict verdict = Verdict::kForeign;
  std::string_view host = "mx";
  int64_t now_ns = 1'700'000'000'000'000'000;

 private:
  const CollectorOptions options_;
  SendmailCollector collector_;
  EventLog log_;
};

}  // namespace mta::sendmail
