// Any bytes as log lines: the collector neither crashes nor breaks what it promises.
//
//  - A line is parsed exactly when it gave events.
//  - Times are not negative, codes have three digits, deliveries have a queue id.
//  - Whatever is saved and restored at any line gives the same events from there on.
//  - The table of messages keeps its bound.
//
// The input: first byte = options and the line at which to restart, then lines.  A line that begins with a
// tag and a blank (`sm-mta TEXT`) has that tag; each line is read as the message of its record.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/event_log.h"
#include "collectors/sendmail/sendmail_collector.h"

namespace mta::sendmail {
namespace {

constexpr size_t kMaxMessages = 4;

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

// Checks the single events before it writes them down.
class CheckedLog final : public EventSink {
 public:
  std::vector<std::string> Take() { return log_.Take(); }

  void On(const LogRecord& r, const DeliveryAttempt& e) override {
    Require(e.delay_seconds && *e.delay_seconds >= 0, "a delay that is a time");
    Require(!e.attempt_duration_seconds || *e.attempt_duration_seconds >= 0, "a duration that is a time");
    Require(!e.first_deferral || e.status == DeliveryStatus::kDeferred, "first only of deferrals");
    Require(!e.queue_id.empty(), "a queue id");
    log_.On(r, e);
  }
  void On(const LogRecord& r, const Reject& e) override {
    Require(e.code.empty() || e.code.size() == 3, "a code of three digits");
    log_.On(r, e);
  }
  void On(const LogRecord& r, const MessageExpired& e) override {
    Require(!e.queue_id.empty(), "a queue id");
    log_.On(r, e);
  }
  void On(const LogRecord& r, const SpecificObservation& e) override {
    Require(e.value >= 1, "a count");
    log_.On(r, e);
  }
  void On(const LogRecord& r, const MessageSource& e) override { log_.On(r, e); }
  void On(const LogRecord& r, const MessageReceived& e) override { log_.On(r, e); }
  void On(const LogRecord& r, const MessageEnvelope& e) override { log_.On(r, e); }
  void On(const LogRecord& r, const MessageRemoved& e) override { log_.On(r, e); }
  void On(const LogRecord& r, const BounceMessage& e) override { log_.On(r, e); }
  void On(const LogRecord& r, const MessagesInFlight& e) override { log_.On(r, e); }
  void On(const LogRecord& r, const Connection& e) override { log_.On(r, e); }
  void On(const LogRecord& r, const ConnectionLost& e) override { log_.On(r, e); }
  void On(const LogRecord& r, const AuthAttempt& e) override { log_.On(r, e); }
  void On(const LogRecord& r, const TlsSession& e) override { log_.On(r, e); }
  void On(const LogRecord& r, const ConnectionError& e) override { log_.On(r, e); }
  void On(const LogRecord& r, const DaemonProblem& e) override { log_.On(r, e); }
  void On(const LogRecord& r, const DaemonStart& e) override { log_.On(r, e); }

 private:
  EventLog log_;
};

LogRecord RecordOf(std::string_view line, int64_t time_ns) {
  LogRecord record;
  record.time_ns = time_ns;
  record.host = "mx";
  record.line = line;
  record.tag = "sm-mta";
  record.message = line;
  for (std::string_view tag : {"sm-mta", "sendmail", "sm-msp-queue", "foo"}) {
    if (!line.starts_with(tag) || line.substr(tag.size(), 1) != " ") continue;
    record.tag = tag;
    record.message = line.substr(tag.size() + 1);
  }
  return record;
}

void RestoreInto(const SendmailCollector& from, SendmailCollector& to) {
  ByteWriter saved;
  from.Save(saved);
  const std::string bytes = saved.Take();
  ByteReader reader(bytes);
  Require(to.Restore(reader) && reader.done(), "own bytes are restored");
}

// Bytes of a damaged snapshot: refused, or a state that holds its bound.
void RunState(std::string_view bytes) {
  SendmailCollector collector({.only_mta = true, .max_messages = kMaxMessages});
  ByteReader reader(bytes);
  if (!collector.Restore(reader)) Require(collector.tracking().tracked == 0, "empty after a refusal");
  Require(collector.tracking().tracked <= kMaxMessages, "the bound of the table");
  EventLog log;
  collector.Step(RecordOf("6AMAgZEl002037: to=<x@d>, delay=0, mailer=esmtp, dsn=4.0.0, stat=Deferred", 0),
                 log);
}

void Run(std::string_view text) {
  if (text.empty()) return;
  RunState(text);
  const auto first = static_cast<unsigned char>(text.front());
  text.remove_prefix(1);
  const CollectorOptions options = {.only_mta = (first & 1) != 0,
                                    .internal_relays = {"192.0.2.9:25"},
                                    .max_messages = kMaxMessages,
                                    .max_age_ns = 30'000'000'000};
  SendmailCollector straight(options);
  SendmailCollector restarted(options);
  CheckedLog events, events_again;
  for (unsigned number = 0; !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    const LogRecord record = RecordOf(text.substr(0, end), number * 1'000'000'000LL);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (number == first / 2) RestoreInto(straight, restarted);
    const Verdict verdict = straight.Step(record, events);
    const auto lines = events.Take();
    Require((verdict == Verdict::kParsed) == !lines.empty(), "parsed exactly when there are events");
    Require(straight.tracking().tracked <= kMaxMessages, "the bound of the table");
    if (number < first / 2) continue;
    Require(restarted.Step(record, events_again) == verdict, "the same verdict after a restart");
    Require(events_again.Take() == lines, "the same events after a restart");
    Require(restarted.warning().name == straight.warning().name, "the same warning after a restart");
  }
}

}  // namespace
}  // namespace mta::sendmail

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
  mta::sendmail::Run({reinterpret_cast<const char*>(data), size});
  return 0;
}
