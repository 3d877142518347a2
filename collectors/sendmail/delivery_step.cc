// From a to= line to one DeliveryAttempt per recipient.
#include "collectors/sendmail/delivery_line.h"
#include "collectors/sendmail/fields.h"
#include "collectors/sendmail/own_reasons.h"
#include "collectors/sendmail/result_text.h"
#include "collectors/sendmail/specific_metrics.h"
#include "collectors/sendmail/steps.h"
#include "collectors/sendmail/transport.h"

namespace mta::sendmail {
namespace {

// What a to= line is about.
enum class Outcome : uint8_t {
  kAttempt,
  kQueued,       // put into the queue, nothing tried
  kQuarantined,  // likewise, held
  kRefused,      // refused after DATA: the client was told, there is no message
  kDamaged,
};

// A refusal after DATA has nothing but delay, pri and the text the client was given.
bool WasNeverTried(const DeliveryLine& line) {
  return line.mailer.empty() && line.xdelay.empty() && line.dsn.empty();
}

Outcome OutcomeOf(const DeliveryLine& line) {
  if (line.stat.empty()) return Outcome::kDamaged;
  if (line.quarantined || line.stat == "quarantined") return Outcome::kQuarantined;
  if (line.stat == "queued") return Outcome::kQueued;
  if (WasNeverTried(line)) return Outcome::kRefused;
  // 2.x.x goes with Sent alone: anything else is a line cut short.
  if (line.dsn.starts_with('2') && !SaysSent(line.stat)) return Outcome::kDamaged;
  return Outcome::kAttempt;
}

DeliveryStatus StatusOf(const DeliveryLine& line) {
  if (SaysSent(line.stat)) return DeliveryStatus::kSent;
  const bool temporary = line.stat.starts_with("Deferred") || line.stat.starts_with("I/O error") ||
                         line.stat.starts_with("Operating system error") || line.dsn.starts_with('4');
  return temporary ? DeliveryStatus::kDeferred : DeliveryStatus::kBounced;
}

uint64_t EmitPending(const Line& line, const DeliveryLine& delivery, DeliveryPending::State state) {
  DeliveryPending pending{
      .queue_id = line.queue_id, .transport = TransportOf(delivery.mailer), .state = state};
  RecipientList list(delivery.recipients);
  uint64_t count = 0;
  for (; list.Next(pending.recipient); ++count) line.Emit(pending);
  return count;
}

Verdict EmitQueued(const Line& line, const DeliveryLine& delivery) {
  const uint64_t recipients = EmitPending(line, delivery, DeliveryPending::State::kQueued);
  line.Emit(SpecificObservation{.metric = &kQueued, .value = static_cast<double>(recipients)});
  return Verdict::kParsed;
}

// True once a message.
bool IsFirstDeferral(const Line& line, Memory& memory) {
  MessageFacts& message = memory.Message(line);
  const bool first = message.deferred == 0;
  message.deferred = 1;
  return first;
}

// A mailer of this host that is no server: what it says without reply= is an exit status.
bool IsProgram(std::string_view transport) {
  return transport == "local" || transport == "prog" || transport == "file" || transport == "procmail";
}

DeliveryAttempt AttemptOf(const Line& line, const DeliveryLine& delivery, ReasonMemo& reasons) {
  DeliveryAttempt attempt{.queue_id = line.queue_id,
                          .transport = TransportOf(delivery.mailer),
                          .relay = delivery.relay,
                          .status = StatusOf(delivery),
                          .enhanced_status = delivery.dsn,
                          .text = delivery.reply.empty() ? delivery.stat : delivery.reply,
                          .delay_seconds = DurationSeconds(delivery.delay)};
  if (!delivery.xdelay.empty()) attempt.attempt_duration_seconds = DurationSeconds(delivery.xdelay);
  if (attempt.status != DeliveryStatus::kSent)
    attempt.reason =
        DeliveryReason(delivery.dsn, delivery.stat, delivery.reply, IsProgram(attempt.transport), reasons);
  return attempt;
}

void WatchLogLevel(const DeliveryLine& delivery, const DeliveryAttempt& attempt, Memory& memory) {
  // I/O errors and their like are logged at LogLevel 7 already.
  if (delivery.stat.starts_with("Deferred")) memory.log_level.SawDetail();
  if (attempt.status == DeliveryStatus::kSent)
    memory.log_level.SawSent(*attempt.delay_seconds - attempt.attempt_duration_seconds.value_or(0));
}

}  // namespace

Verdict OnDelivery(const Line& line, Memory& memory, std::span<const std::string> internal_relays) {
  const auto delivery = ParseDeliveryLine(line.body.substr(3));
  if (!delivery) return Verdict::kUnrecognized;
  switch (OutcomeOf(*delivery)) {
    case Outcome::kDamaged:
      return Verdict::kUnrecognized;
    case Outcome::kQuarantined:
      EmitPending(line, *delivery, DeliveryPending::State::kHeld);
      return Verdict::kIgnored;
    case Outcome::kRefused:
      EmitPending(line, *delivery, DeliveryPending::State::kRefused);
      return Verdict::kIgnored;
    case Outcome::kQueued:
      memory.log_level.SawDetail();
      return EmitQueued(line, *delivery);
    case Outcome::kAttempt:
      break;
  }
  DeliveryAttempt attempt = AttemptOf(line, *delivery, memory.reasons);
  attempt.hop = HopOf(*delivery, attempt.status, line.record.tag, internal_relays);
  attempt.first_deferral = attempt.status == DeliveryStatus::kDeferred && IsFirstDeferral(line, memory);
  WatchLogLevel(*delivery, attempt, memory);
  RecipientList recipients(delivery->recipients);
  while (recipients.Next(attempt.recipient)) {
    line.Emit(attempt);
    attempt.first_deferral = false;
  }
  return Verdict::kParsed;
}

}  // namespace mta::sendmail
