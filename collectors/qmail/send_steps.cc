// What the lines of qmail-send mean for the messages and deliveries under way.
#include <algorithm>
#include <utility>

#include "collectors/qmail/own_reasons.h"
#include "collectors/qmail/qmail_collector.h"
#include "collectors/qmail/qmail_metrics.h"
#include "collectors/qmail/report.h"

namespace mta::qmail {
namespace {

// Which of the qmail-sends of this log: indimail runs one for each queue.
uint64_t InstanceOf(uint64_t log, std::string_view queue) {
  return queue.empty() ? log : Hash(queue, log);
}

uint64_t MessageKeyOf(uint64_t log, std::string_view queue, std::string_view id) {
  return Hash(id, InstanceOf(log, queue));
}

// Nothing where one of the times is not known.
std::optional<double> SecondsBetween(int64_t from_ns, int64_t to_ns) {
  if (from_ns == kNoTime || to_ns == kNoTime) return std::nullopt;
  return to_ns > from_ns ? static_cast<double>(to_ns - from_ns) / 1e9 : 0;
}

// `127.0.0.1:10024`, `[::1]:10024` or an address alone.  qmail logs no port.
bool NamesHost(std::string_view relay, std::string_view address) {
  if (relay.starts_with('[')) return relay.substr(1, relay.find(']') - 1) == address;
  const size_t colon = relay.find(':');
  const bool one_colon = colon != relay.npos && relay.find(':', colon + 1) == relay.npos;
  return (one_colon ? relay.substr(0, colon) : relay) == address;
}

}  // namespace

// --- messages

QmailCollector::Message& QmailCollector::Touch(const Line& line, uint64_t key) {
  return messages_.Touch(key, now_ns_, [&](Message& forgotten) { SetInFlight(line, forgotten, false); });
}

void QmailCollector::SetInFlight(const Line& line, Message& message, bool in_flight) {
  if ((message.in_flight != 0) == in_flight) return;
  message.in_flight = in_flight ? 1 : 0;
  in_flight_ += in_flight ? 1 : UINT64_MAX;
  line.sink.On(line.record, MessagesInFlight{in_flight_});
}

// The number is the inode's and is used again at once, so what was known of it is void; and a message that
// was not ended is preprocessed once more after a fault.
Verdict QmailCollector::NewMessage(const Line& line, std::string_view text) {
  MessageLine parsed;
  if (!ParseMessage(text, parsed)) return Verdict::kUnrecognized;
  Message& message = Touch(line, MessageKeyOf(line.log, parsed.queue, parsed.id));
  const uint8_t in_flight = message.in_flight;
  message = Message{};
  message.in_flight = in_flight;
  message.born_ns = line.time_ns;
  about_ = parsed.id;
  SetInFlight(line, message, true);
  return Verdict::kParsed;
}

Verdict QmailCollector::Info(const Line& line, std::string_view text) {
  constexpr std::string_view kDoubleBounce = "#@[]";
  InfoLine parsed;
  if (!ParseInfo(text, parsed)) return Verdict::kUnrecognized;
  Touch(line, MessageKeyOf(line.log, parsed.queue, parsed.id)).bounce = parsed.sender.empty() ? 1 : 0;
  const bool internal = parsed.sender.empty() || parsed.sender == kDoubleBounce;
  MessageReceived received;
  received.queue_id = about_ = parsed.id;
  received.queue_process = parsed.queue_process;
  received.origin = internal ? Origin::kInternal : Origin::kUnknown;
  line.sink.On(line.record, received);
  MessageEnvelope envelope;
  envelope.queue_id = parsed.id;
  envelope.sender = parsed.sender;
  envelope.size_bytes = parsed.bytes;
  line.sink.On(line.record, envelope);
  return Verdict::kParsed;
}

Verdict QmailCollector::EndMessage(const Line& line, std::string_view text) {
  MessageLine parsed;
  if (!ParseMessage(text, parsed)) return Verdict::kUnrecognized;
  const uint64_t key = MessageKeyOf(line.log, parsed.queue, parsed.id);
  MessageRemoved event;
  event.queue_id = about_ = parsed.id;
  Message* message = messages_.Find(key);
  if (message != nullptr) event.lifetime_seconds = SecondsBetween(message->born_ns, line.time_ns);
  line.sink.On(line.record, event);
  if (message == nullptr) return Verdict::kParsed;
  SetInFlight(line, *message, false);
  messages_.Erase(key);
  return Verdict::kParsed;
}

Verdict QmailCollector::Bounce(const Line& line, std::string_view text) {
  MessageLine parsed;
  if (!ParseMessage(text, parsed)) return Verdict::kUnrecognized;
  const Message* about = messages_.Find(MessageKeyOf(line.log, parsed.queue, parsed.id));
  BounceMessage event;
  event.queue_id = about_ = parsed.id;
  event.bounce_queue_process = parsed.queue_process;
  event.kind = about != nullptr && about->bounce != 0 ? BounceKind::kPostmaster : BounceKind::kNondelivery;
  line.sink.On(line.record, event);
  return Verdict::kParsed;
}

// bounce/M
Verdict QmailCollector::DiscardedBounce(const Line& line, std::string_view text) const {
  Scanner in(text);
  BounceMessage event;
  event.kind = BounceKind::kDiscarded;
  if (in.Take("bounce/")) event.queue_id = in.TakeWhile(IsDigit);
  line.sink.On(line.record, event);
  return Verdict::kParsed;
}

// --- deliveries

Verdict QmailCollector::Start(const Line& line, std::string_view text, Blanks blanks) {
  StartLine parsed;
  if (!ParseStart(text, blanks, parsed)) return Verdict::kUnrecognized;
  PerChannel lost;
  OpenDelivery& delivery =
      deliveries_.Start(InstanceOf(line.log, parsed.queue), parsed.delivery, now_ns_, lost);
  delivery.started_ns = line.time_ns;
  delivery.message = MessageKeyOf(line.log, parsed.queue, parsed.id);
  delivery.channel = parsed.channel;
  delivery.set_id(parsed.id);
  delivery.set_recipient(parsed.recipient);
  if (messages_.Find(delivery.message) != nullptr) Touch(line, delivery.message);  // it is still alive
  about_ = parsed.id;
  DeliveryPending event;
  event.queue_id = about_;
  event.recipient = parsed.recipient;
  event.transport = NameOf(parsed.channel);
  line.sink.On(line.record, event);
  ReportLost(line, lost);
  return Verdict::kParsed;
}

Verdict QmailCollector::Result(const Line& line, std::string_view text, Blanks blanks) {
  ResultLine parsed;
  if (!ParseResult(text, blanks, parsed)) return Verdict::kUnrecognized;
  if (parsed.word == ResultWord::kLog) return Verdict::kIgnored;
  const uint64_t instance = InstanceOf(line.log, parsed.queue);
  const OpenDelivery* delivery = deliveries_.Find(instance, parsed.delivery);
  DeliveryAttempt event;
  Describe(parsed, delivery == nullptr ? Channel::kOther : delivery->channel, event);
  if (delivery != nullptr) {
    event.queue_id = about_ = delivery->id();
    event.recipient = delivery->recipient();
    AddTimes(line, *delivery, event);
    if (event.status == DeliveryStatus::kDeferred) {
      event.first_deferral = std::exchange(Touch(line, delivery->message).deferred, uint8_t{1}) == 0;
    }
  }
  line.sink.On(line.record, event);
  if (event.status == DeliveryStatus::kBounced && SaysExpired(event.text)) {
    line.sink.On(line.record, MessageExpired{event.queue_id});
  }
  deliveries_.Close(instance, parsed.delivery);
  return Verdict::kParsed;
}

void QmailCollector::Describe(const ResultLine& result, Channel channel, DeliveryAttempt& event) {
  event.transport = NameOf(channel);
  event.status = result.word == ResultWord::kSuccess   ? DeliveryStatus::kSent
                 : result.word == ResultWord::kFailure ? DeliveryStatus::kBounced
                                                       : DeliveryStatus::kDeferred;
  MakeReadable(result.report, report_);
  event.text = report_;
  event.enhanced_status = EnhancedStatusOf(event.text);
  if (channel != Channel::kLocal) {
    event.relay = RelayOf(event.text);
    event.hop = HopOf(event);
  }
  if (event.status != DeliveryStatus::kSent) {
    event.reason = DeliveryReason(event.text, event.status == DeliveryStatus::kDeferred, reasons_);
  }
}

void QmailCollector::AddTimes(const Line& line, const OpenDelivery& delivery, DeliveryAttempt& event) {
  event.attempt_duration_seconds = SecondsBetween(delivery.started_ns, line.time_ns);
  const Message* message = messages_.Find(delivery.message);
  if (message != nullptr) event.delay_seconds = SecondsBetween(message->born_ns, line.time_ns);
}

Hop QmailCollector::HopOf(const DeliveryAttempt& event) const {
  if (event.relay.empty()) return Hop::kFinal;
  const auto& relays = options_.internal_relays;
  if (std::any_of(relays.begin(), relays.end(),
                  [&](const std::string& relay) { return NamesHost(relay, event.relay); })) {
    return Hop::kInternal;
  }
  const bool loopback = event.relay.starts_with("127.") || event.relay == "::1";
  if (event.status != DeliveryStatus::kSent || !loopback) return Hop::kFinal;
  const bool taken_over = event.text.find("queued as ") != std::string_view::npos ||
                          event.text.find("Message accepted for delivery") != std::string_view::npos;
  return taken_over ? Hop::kInternal : Hop::kFinal;
}

// --- the daemon

Verdict QmailCollector::Status(const Line& line, std::string_view text) {
  if (text.starts_with("qmail-todo ")) return Verdict::kIgnored;
  Scanner in(text);
  if (in.Take("exiting")) {
    in.Take(' ');
    return Exited(line, in.rest());
  }
  StatusLine parsed;
  if (!ParseStatus(text, parsed)) return Verdict::kUnrecognized;
  const uint64_t instance = InstanceOf(line.log, parsed.queue);
  const auto used = concurrency_.used();
  const auto limit = concurrency_.limit();
  const auto logged = concurrency_.logged();
  concurrency_.Set(instance, parsed, now_ns_);
  for (size_t channel = 0; channel < kChannelCount; ++channel) {
    if (!concurrency_.logged()[channel]) continue;
    const auto report = [&](const SpecificMetric& metric, uint64_t before, uint64_t now) {
      if (logged[channel] && before == now) return;  // the gauge has it
      line.sink.On(line.record,
                   SpecificObservation{&metric, {kChannelNames[channel]}, static_cast<double>(now)});
    };
    report(kConcurrency, used[channel], concurrency_.used()[channel]);
    report(kConcurrencyLimit, limit[channel], concurrency_.limit()[channel]);
  }
  if (parsed.idle()) ReportLost(line, deliveries_.Lose(instance));
  return Verdict::kParsed;
}

Verdict QmailCollector::Exited(const Line& line, std::string_view queue) {
  const uint64_t instance = InstanceOf(line.log, queue);
  ReportLost(line, deliveries_.Lose(instance));
  deliveries_.Restarted(instance);
  return Verdict::kParsed;
}

void QmailCollector::ReportLost(const Line& line, const PerChannel& lost) const {
  for (size_t channel = 0; channel < kChannelCount; ++channel) {
    if (lost[channel] == 0) continue;
    line.sink.On(
        line.record,
        SpecificObservation{&kDeliveriesLost, {kChannelNames[channel]}, static_cast<double>(lost[channel])});
  }
}

}  // namespace mta::qmail
