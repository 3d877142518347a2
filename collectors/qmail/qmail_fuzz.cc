// Any bytes as a log: the collector neither crashes nor breaks what it promises.
//
//  - A foreign, ignored or unrecognized line gives no event, but it may end the wait of a cut one.
//  - Times are not negative, codes have three digits, labels are from their closed lists.
//  - Deliveries are lost or have a result once: no more results and losses than starts, for those known.
//  - Messages in flight are no more than the table holds.
//  - Whatever is saved and restored at any line gives the same events from there on.
//  - Bytes that are no state are refused or hold the bounds.
//
// The input: first byte = options and the line at which to restart, then lines, envelope and all.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/event_log.h"
#include "collectors/qmail/qmail_collector.h"
#include "exporter/record/reader.h"

namespace mta::qmail {
namespace {

constexpr size_t kMaxMessages = 4;

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

bool IsChannel(std::string_view word) {
  return std::find(kChannelNames.begin(), kChannelNames.end(), word) != kChannelNames.end();
}

// Checks the single events before it writes them down.
class CheckedLog final : public EventSink {
 public:
  std::vector<std::string> Take() { return log_.Take(); }
  uint64_t ended() const { return ended_; }  // deliveries whose start was seen

  void On(const LogRecord& r, const DeliveryAttempt& e) override {
    Require(!e.delay_seconds || *e.delay_seconds >= 0, "a delay that is a time");
    Require(!e.attempt_duration_seconds || *e.attempt_duration_seconds >= 0, "a duration that is a time");
    Require(!e.first_deferral || e.status == DeliveryStatus::kDeferred, "first only of deferrals");
    Require(IsChannel(e.transport), "a transport of the list");
    Require(!e.delay_seconds || !e.queue_id.empty(), "no delay without a message");
    Require(e.hop == Hop::kFinal || !e.relay.empty(), "internal only over a relay");
    ended_ += e.queue_id.empty() ? 0 : 1;
    log_.On(r, e);
  }
  void On(const LogRecord& r, const Reject& e) override {
    Require(e.code.empty() || e.code.size() == 3, "a code of three digits");
    log_.On(r, e);
  }
  void On(const LogRecord& r, const MessagesInFlight& e) override {
    Require(e.count <= kMaxMessages, "messages in flight are in the table");
    log_.On(r, e);
  }
  void On(const LogRecord& r, const SpecificObservation& e) override {
    Require(IsChannel(e.label_values[0]) && e.value >= 0, "a number of a channel");
    if (e.metric->type == SpecificMetric::Type::kCounter) ended_ += static_cast<uint64_t>(e.value);
    log_.On(r, e);
  }
  void On(const LogRecord& r, const MessageRemoved& e) override {
    Require(!e.lifetime_seconds || *e.lifetime_seconds >= 0, "a lifetime that is a time");
    log_.On(r, e);
  }
  void On(const LogRecord& r, const MessageSource& e) override { log_.On(r, e); }
  void On(const LogRecord& r, const MessageReceived& e) override { log_.On(r, e); }
  void On(const LogRecord& r, const MessageEnvelope& e) override { log_.On(r, e); }
  void On(const LogRecord& r, const MessageExpired& e) override { log_.On(r, e); }
  void On(const LogRecord& r, const BounceMessage& e) override { log_.On(r, e); }
  void On(const LogRecord& r, const Connection& e) override { log_.On(r, e); }
  void On(const LogRecord& r, const ConnectionLost& e) override { log_.On(r, e); }
  void On(const LogRecord& r, const AuthAttempt& e) override { log_.On(r, e); }
  void On(const LogRecord& r, const TlsSession& e) override { log_.On(r, e); }
  void On(const LogRecord& r, const ConnectionError& e) override { log_.On(r, e); }
  void On(const LogRecord& r, const DaemonProblem& e) override { log_.On(r, e); }
  void On(const LogRecord& r, const DaemonStart& e) override { log_.On(r, e); }

 private:
  EventLog log_;
  uint64_t ended_ = 0;
};

void RestoreInto(const QmailCollector& from, QmailCollector& to) {
  ByteWriter saved;
  from.Save(saved);
  ByteReader reader(saved.bytes());
  Require(to.Restore(reader) && reader.done(), "own bytes are restored");
}

// Bytes of a damaged snapshot.
void RunState(std::string_view bytes) {
  QmailCollector collector({.only_mta = true, .max_messages = kMaxMessages});
  ByteReader reader(bytes);
  if (!collector.Restore(reader)) Require(collector.tracking().tracked == 0, "empty after a refusal");
  Require(collector.tracking().tracked <= kMaxMessages, "the bound of the table");
  EventLog log;
  LogRecord record;
  for (std::string_view line : {"delivery 1: deferral: x", "status: exiting", "end msg 7"}) {
    record.message = record.line = line;
    collector.Step(record, log);
  }
  collector.Finish(log);
}

void Run(std::string_view text) {
  if (text.empty()) return;
  RunState(text);
  const auto first = static_cast<unsigned char>(text.front());
  text.remove_prefix(1);
  const CollectorOptions options = {.only_mta = (first & 1) != 0,
                                    .internal_relays = {"127.0.0.1:10024"},
                                    .max_messages = kMaxMessages,
                                    .max_age_ns = 30'000'000'000};
  EnvelopeReader reader;
  reader.SetYear(2026);
  QmailCollector straight(options), restarted(options);
  CheckedLog events, events_again;
  uint64_t lines = 0;
  for (unsigned number = 0; !text.empty(); ++number, ++lines) {
    const size_t end = std::min(text.find('\n'), text.size());
    const LogRecord record = reader.Read(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (record.repeat == 0) continue;
    if (number == first / 2) RestoreInto(straight, restarted);
    const Verdict verdict = straight.Step(record, events);
    const auto told = events.Take();
    Require(verdict != Verdict::kForeign || told.empty() || options.only_mta, "no event of a foreign line");
    Require(straight.tracking().tracked <= kMaxMessages, "the bound of the table");
    Require(events.ended() <= lines + 1, "one end a delivery");
    if (number < first / 2) continue;
    Require(restarted.Step(record, events_again) == verdict, "the same verdict after a restart");
    Require(events_again.Take() == told, "the same events after a restart");
  }
  straight.Finish(events);
  straight.Finish(events);
  Require(events.ended() <= lines, "one end a delivery, also at the end of the log");
}

}  // namespace
}  // namespace mta::qmail

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, size_t size) {
  mta::qmail::Run({reinterpret_cast<const char*>(data), size});
  return 0;
}
