// EventLog: a sink for tests that writes every event as one line of text, so that a test reads like a
// conversation:
//   log line in, events out.
#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "exporter/events/events.h"
#include "exporter/events/label_values.h"

namespace mta {

class EventLog final : public EventSink {
 public:
  // The events since the last call.
  std::vector<std::string> Take() { return std::exchange(lines_, {}); }

  void On(const LogRecord& r, const DeliveryAttempt& e) override {
    std::string line = fmt::format("delivery {} {} {} to={} status={}", e.transport,
                                   NameOf(kStatusNames, e.status), NameOf(kHopNames, e.hop), e.recipient,
                                   e.enhanced_status.empty() ? "none" : e.enhanced_status);
    if (e.delay_seconds) line += fmt::format(" delay={}", *e.delay_seconds);
    if (e.attempt_duration_seconds) line += fmt::format(" duration={}", *e.attempt_duration_seconds);
    if (e.status != DeliveryStatus::kSent) line += fmt::format(" reason={}", ReasonName(e.reason));
    if (e.first_deferral) line += " first";
    Add(r, line);
  }
  void On(const LogRecord& r, const MessageSource& e) override {
    std::string line =
        fmt::format("source {} {}[{}] login={}", e.queue_id, e.client_name, e.client_address, e.login);
    if (!e.user_id.empty()) line += fmt::format(" uid={}", e.user_id);
    if (!e.original_queue_id.empty()) line += fmt::format(" orig={}", e.original_queue_id);
    Add(r, line);
  }
  void On(const LogRecord& r, const MessageReceived& e) override {
    std::string line = fmt::format("received {} {} ", e.queue_id, NameOf(kOriginNames, e.origin));
    line += e.queue_process.empty() ? std::string(e.message_id) : fmt::format("qp={}", e.queue_process);
    Add(r, line);
  }
  void On(const LogRecord& r, const MessageEnvelope& e) override {
    Add(r, fmt::format("envelope {} from={} size={} recipients={}", e.queue_id, e.sender, e.size_bytes,
                       e.recipients ? std::to_string(*e.recipients) : "?"));
  }
  void On(const LogRecord& r, const MessageRemoved& e) override {
    Add(r, fmt::format("removed {} lifetime={}", e.queue_id,
                       e.lifetime_seconds ? fmt::to_string(*e.lifetime_seconds) : "?"));
  }
  void On(const LogRecord& r, const MessageExpired& e) override {
    Add(r, fmt::format("expired {}", e.queue_id));
  }
  void On(const LogRecord& r, const BounceMessage& e) override {
    Add(r, fmt::format("bounce {} {} {}", e.queue_id, NameOf(kBounceKindNames, e.kind), e.bounce_queue_id));
  }
  void On(const LogRecord& r, const MessagesInFlight& e) override {
    Add(r, fmt::format("in_flight {}", e.count));
  }
  void On(const LogRecord& r, const Connection& e) override {
    Add(r, fmt::format("connection {} {}", e.listener, e.client_address));
  }
  void On(const LogRecord& r, const ConnectionLost& e) override {
    Add(r, fmt::format("lost {} {} {} {}", e.listener, NameOf(kLostCauseNames, e.cause),
                       NameOf(kCommandNames, e.command), e.client_address));
  }
  void On(const LogRecord& r, const Reject& e) override {
    Add(r, fmt::format("reject {} {} {} {} {}", e.listener, NameOf(kCommandNames, e.command),
                       NameOf(kRejectedByNames, e.rejected_by), e.code.empty() ? "none" : e.code,
                       ReasonName(e.reason)));
  }
  void On(const LogRecord& r, const AuthAttempt& e) override {
    Add(r, fmt::format("auth {} {}", e.mechanism, e.success ? "success" : "failure"));
  }
  void On(const LogRecord& r, const TlsSession& e) override {
    Add(r, fmt::format("tls {} {} {}", NameOf(kDirectionNames, e.direction), e.protocol, e.verification));
  }
  void On(const LogRecord& r, const ConnectionError& e) override {
    Add(r, fmt::format("connection_error {} {}", e.transport, NameOf(kFaultNames, e.cause)));
  }
  void On(const LogRecord& r, const DaemonProblem& e) override {
    Add(r, fmt::format("problem {} {}", e.program, NameOf(kSeverityNames, e.severity)));
  }
  void On(const LogRecord& r, const DaemonStart&) override { Add(r, "start"); }
  void On(const LogRecord& r, const SpecificObservation& e) override {
    std::string line(e.metric->name);
    for (std::string_view value : e.label_values) {
      if (!value.empty()) line += fmt::format(" {}", value);
    }
    Add(r, fmt::format("{} {}", line, e.value));
  }

  void On(const LogRecord& r, const DeliveryPending& e) override {
    constexpr std::array<std::string_view, 4> kStates = {"started", "queued", "held", "refused"};
    Add(r, fmt::format("pending {} {} {} to={}", e.queue_id, NameOf(kStates, e.state), e.transport,
                       e.recipient));
  }
  void On(const LogRecord& r, const MessageAction& e) override {
    Add(r, fmt::format("action {} {}", e.queue_id, e.action));
  }
  void On(const LogRecord& r, const MessageForked& e) override {
    Add(r, fmt::format("forked {} {}", e.queue_id, e.new_queue_id));
  }

 private:
  void Add(const LogRecord& record, std::string line) {
    if (record.repeat != 1) line += fmt::format(" x{}", record.repeat);
    lines_.push_back(std::move(line));
  }
  std::vector<std::string> lines_;
};

}  // namespace mta
