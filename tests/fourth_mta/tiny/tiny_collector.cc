// An MTA that never was, to show what a new one takes: this folder, and nothing else.
//
//   tiny: accepted ID        tiny: sent ID to=RECIPIENT after SECONDS s
#include "collectors/collector.h"
#include "collectors/message_table.h"
#include "exporter/base/scanner.h"

namespace mta::tiny {

class TinyCollector final : public Collector {
 public:
  explicit TinyCollector(const CollectorOptions& options) : messages_(options.max_messages, options.max_age_ns) {}

  Verdict Step(const LogRecord& record, EventSink& sink) override {
    if (record.tag != "tiny") return Verdict::kForeign;
    if (record.time_ns != kNoTime) now_ns_ = record.time_ns;
    Scanner in(record.message);
    if (in.Take("accepted ")) {
      messages_.Touch(MessageKey(record.host, in.rest()), now_ns_);
      sink.On(record, MessageReceived{in.rest(), {}, Origin::kSmtp});
      return Verdict::kParsed;
    }
    DeliveryAttempt event;
    event.transport = "smtp";
    uint64_t seconds = 0;
    if (!in.Take("sent ") || !in.TakeUntil(" to=", event.queue_id) || !in.TakeUntil(" after ", event.recipient) ||
        !in.TakeUnsigned(seconds) || in.rest() != " s") {
      return Verdict::kUnrecognized;
    }
    event.delay_seconds = static_cast<double>(seconds);
    sink.On(record, event);
    sink.On(record, SpecificObservation{&kSent, {}, 1});
    messages_.Erase(MessageKey(record.host, event.queue_id));
    return Verdict::kParsed;
  }
  TrackingStats tracking() const override { return messages_.stats(); }
  void Save(ByteWriter& out) const override { messages_.Save(out); }
  bool Restore(ByteReader& in) override { return messages_.Restore(in); }

  static constexpr SpecificMetric kSent = {"mta_tiny_sent_total", "Lines of tiny that begin with sent."};
  static constexpr const SpecificMetric* kMetrics[] = {&kSent};

 private:
  struct Message {
    uint64_t unused = 0;
  };
  MessageTable<Message> messages_;
  int64_t now_ns_ = 0;
};

extern const CollectorType kCollectorType;
const CollectorType kCollectorType = {
    "tiny",
    [](const CollectorOptions& options) -> std::unique_ptr<Collector> {
      return std::make_unique<TinyCollector>(options);
    },
    TinyCollector::kMetrics,
    "smtp"};

}  // namespace mta::tiny
