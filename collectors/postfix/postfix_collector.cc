#include "collectors/postfix/postfix_collector.h"

#include <algorithm>
#include <utility>

#include "collectors/postfix/own_reasons.h"
#include "collectors/postfix/postfix_metrics.h"
#include "collectors/postfix/postscreen_line.h"
#include "collectors/postfix/queue_id.h"
#include "collectors/postfix/queue_line.h"
#include "collectors/postfix/tls_line.h"
#include "collectors/postfix/words.h"
#include "exporter/base/scanner.h"

namespace mta::postfix {
namespace {

constexpr uint32_t kStateVersion = 1;
constexpr size_t kMostSessions = 10'000;
constexpr int64_t kLongestSessionNs = 24LL * 3600 * 1'000'000'000;

double SecondsBetween(int64_t from_ns, int64_t to_ns) {
  return to_ns > from_ns ? static_cast<double>(to_ns - from_ns) / 1e9 : 0;
}

bool TakeLevel(Scanner& in, Severity& severity) {
  switch (in.peek()) {
    case 'w':
      severity = Severity::kWarning;
      return in.Take("warning: ");
    case 'e':
      severity = Severity::kError;
      return in.Take("error: ");
    case 'f':
      severity = Severity::kFatal;
      return in.Take("fatal: ");
    case 'p':
      severity = Severity::kPanic;
      return in.Take("panic: ");
    default:
      return false;
  }
}

bool IsLoopback(std::string_view relay) {
  const size_t open = relay.find('[');
  if (open == std::string_view::npos) return false;
  const std::string_view address = relay.substr(open + 1);
  return address.starts_with("127.") || address.starts_with("::1]") || address.starts_with('/');
}

}  // namespace

PostfixCollector::PostfixCollector(const CollectorOptions& options)
    : options_(options),
      messages_(options.max_messages, options.max_age_ns),
      sessions_(kMostSessions, kLongestSessionNs) {}

// METRICS.md section 9, "Whose line".
Verdict PostfixCollector::Step(const LogRecord& record, EventSink& sink) {
  const Tag tag = tags_.Read(record.tag);
  if (tag.program() == Program::kCommand) {
    return Selected(record.tag) ? StepAs(tag, /*cut_tag=*/true, record, sink) : Verdict::kForeign;
  }
  if (record.tag.empty()) {
    if (!options_.only_mta) return Verdict::kForeign;
    return StepAs(tag, /*cut_tag=*/true, record, sink);
  }
  if (tag.program() == Program::kNone || !Selected(record.tag)) return Verdict::kForeign;
  if (options_.only_mta || (tag.instance().starts_with("postfix") && tag.has_slash())) {
    return StepAs(tag, /*cut_tag=*/false, record, sink);
  }
  if (!tag.has_slash()) return Verdict::kForeign;
  const Verdict verdict = StepAs(tag, /*cut_tag=*/false, record, sink);
  return verdict == Verdict::kUnrecognized ? Verdict::kForeign : verdict;
}

bool PostfixCollector::Selected(std::string_view tag) const {
  if (options_.syslog_names.empty()) return true;
  return std::any_of(options_.syslog_names.begin(), options_.syslog_names.end(),
                     [&](const std::string& name) {
                       return tag.starts_with(name) && (tag.size() == name.size() || tag[name.size()] == '/');
                     });
}

Verdict PostfixCollector::StepAs(const Tag& tag, bool cut_tag, const LogRecord& record, EventSink& sink) {
  if (record.time_ns != kNoTime) now_ns_ = record.time_ns;
  Line line{record, sink, tag, tag.program(), {}, record.message, {}, cut_tag};
  if (cut_tag) {
    line.program = InferProgram(record.message);
    if (line.program == Program::kSmtpd) line.listener = "smtpd";
    if (line.program == Program::kPostscreen) line.listener = "postscreen";
  }
  Scanner in(record.message);
  Severity severity;
  if (TakeLevel(in, severity)) return Problem(line, severity, in.rest());
  if (!in.Take("NOQUEUE: ")) TakeQueueId(in, line.queue_id);
  line.text = in.rest();
  return Dispatch(line);
}

Verdict PostfixCollector::Dispatch(Line& line) {
  if (!line.queue_id.empty() && line.text.starts_with("to=<")) return Delivery(line);
  switch (line.program) {
    case Program::kSmtp:
    case Program::kLmtp:
    case Program::kLocal:
    case Program::kVirtual:
    case Program::kPipe:
    case Program::kError:
    case Program::kDiscard:
      return DeliveryAgent(line);
    case Program::kSmtpd:
      return Smtpd(line);
    case Program::kPostscreen:
      return Postscreen(line);
    case Program::kCleanup:
      return Cleanup(line);
    case Program::kQmgr:
      return QueueManager(line);
    case Program::kPickup:
      return Pickup(line);
    case Program::kBounce:
      return Bounce(line);
    case Program::kAnvil:
      return Anvil(line);
    case Program::kMaster:
      return Master(line);
    case Program::kPostsuper:
      return Postsuper(line);
    case Program::kTlsproxy:
      return Tls(line);
    default:
      return Other(line);
  }
}

Verdict PostfixCollector::Problem(Line& line, Severity severity, std::string_view text) {
  line.sink.On(line.record, DaemonProblem{line.tag.program_name(), severity, text});
  // N[A]: SASL M authentication failed: …   The library's own lines (SASL authentication failure: …) are no
  // attempts.
  Scanner in(text);
  Peer client;
  std::string_view mechanism;
  if (TakePeer(in, client) && in.Take(": SASL ") && in.TakeUntil(' ', mechanism) &&
      in.Take("authentication failed")) {
    line.sink.On(line.record, AuthAttempt{mechanism, false, client.address});
  }
  return Verdict::kParsed;
}

// --- deliveries ---

Hop PostfixCollector::HopOf(const DeliveryLine& delivery) const {
  for (const std::string& relay : options_.internal_relays) {
    const size_t open = delivery.relay.find('[');
    const size_t close = delivery.relay.find(']', open);
    if (close == std::string_view::npos) continue;
    const std::string_view address = delivery.relay.substr(open + 1, close - open - 1);
    const std::string_view port = delivery.relay.substr(close + 1);  // with its colon
    if (relay.size() == address.size() + port.size() && std::string_view(relay).starts_with(address) &&
        std::string_view(relay).ends_with(port)) {
      return Hop::kInternal;
    }
  }
  if (delivery.result != ResultWord::kSent || !IsLoopback(delivery.relay)) return Hop::kFinal;
  const bool taken_over = delivery.text.find("queued as ") != std::string_view::npos ||
                          delivery.text.find("Message accepted for delivery") != std::string_view::npos;
  return taken_over ? Hop::kInternal : Hop::kFinal;
}

Verdict PostfixCollector::Delivery(Line& line) {
  DeliveryLine parsed;
  if (!ParseDelivery(line.text.substr(sizeof "to=<" - 1), parsed)) return Verdict::kUnrecognized;
  if (parsed.result == ResultWord::kDeliverable || parsed.result == ResultWord::kUndeliverable) {
    const bool deliverable = parsed.result == ResultWord::kDeliverable;
    line.sink.On(line.record,
                 SpecificObservation{&kAddressProbes, {deliverable ? "deliverable" : "undeliverable"}});
    return Verdict::kParsed;
  }
  DeliveryAttempt event;
  event.queue_id = line.queue_id;
  event.recipient = parsed.recipient;
  event.original_recipient = parsed.original_recipient;
  event.transport = TransportOf(line.program);
  event.relay = parsed.relay;
  event.hop = HopOf(parsed);
  event.enhanced_status = parsed.enhanced_status;
  event.text = parsed.text;
  event.delay_seconds = parsed.delay_seconds;
  if (parsed.has_phases) {
    event.phase_seconds = parsed.phase_seconds;
    event.attempt_duration_seconds = parsed.phase_seconds[2] + parsed.phase_seconds[3];
  }
  if (parsed.result != ResultWord::kSent) {
    const bool bounced = parsed.result == ResultWord::kBounced;
    event.status = bounced ? DeliveryStatus::kBounced : DeliveryStatus::kDeferred;
    event.reason = reasons_.Of(parsed.text, Hash(parsed.enhanced_status, bounced ? 1 : 0),
                               [&] { return DeliveryReason(parsed.enhanced_status, parsed.text, bounced); });
    if (!bounced) event.first_deferral = !std::exchange(Touch(line).deferred, true);
  }
  line.sink.On(line.record, event);
  return Verdict::kParsed;
}

Verdict PostfixCollector::DeliveryAgent(Line& line) {
  if (const Verdict verdict = OutgoingConnection(line); verdict != Verdict::kUnrecognized) return verdict;
  return Tls(line);
}

// Trouble on the way to a host.  The attempt goes on with another one, or its result follows as a delivery
// record.
Verdict PostfixCollector::OutgoingConnection(Line& line) {
  Scanner in(line.text);
  ConnectionFault fault;
  Peer server;
  if (in.Take("connect to ")) {
    std::string_view path;  // of a unix-domain socket
    if (TakePeer(in, server) ? !in.Take(": ") : !in.TakeUntil(": ", path)) return Verdict::kUnrecognized;
    fault = FaultOf(in.rest());
  } else if (in.Take("lost connection with ")) {
    fault = ConnectionFault::kLost;
  } else if (in.Take("conversation with ")) {
    fault = ConnectionFault::kTimeout;
  } else if (in.Take("server certificate verification failed for ") || in.Take("SSL_connect error to ") ||
             in.Take("Cannot start TLS: ") || in.Take("TLS is required, ")) {
    fault = ConnectionFault::kTls;
  } else if (in.Take("host ")) {
    // A host that answered: `host N[A] said: …` and `host N[A] refused to talk to me: …` are no connection
    // errors.
    return line.queue_id.empty() ? Verdict::kUnrecognized : Verdict::kIgnored;
  } else {
    return Verdict::kUnrecognized;
  }
  line.sink.On(line.record, ConnectionError{line.queue_id, TransportOf(line.program), fault, line.text});
  return Verdict::kParsed;
}

// --- smtpd ---

Verdict PostfixCollector::Smtpd(Line& line) {
  Scanner in(line.text);
  switch (in.peek()) {
    case 'c':
      if (in.Take("connect from ")) {
        Peer client;
        TakePeer(in, client);
        line.sink.On(line.record, Connection{line.ListenerName(), client.name, client.address});
        Disconnected(line);
        return Verdict::kParsed;
      }
      if (in.Take("client=")) return Client(line);
      break;
    case 'd':
      if (in.Take("disconnect from ")) return Disconnected(line);
      break;
    case 'l':
    case 't':
      if (const Verdict verdict = SessionLost(line); verdict != Verdict::kUnrecognized) return verdict;
      break;
    default:
      break;
  }
  if (IsKnownLine(line.text)) return Verdict::kIgnored;
  if (const Verdict verdict = Tls(line); verdict != Verdict::kUnrecognized) return verdict;
  return SmtpdAction(line);
}

uint64_t PostfixCollector::SessionKey(const Line& line, std::string_view client) const {
  return MessageKey(line.record.host, line.record.pid.empty() ? client : line.record.pid);
}

// A session is known by the pid of its smtpd; where the log has none, by the client.
Verdict PostfixCollector::Disconnected(Line& line) {
  if (sessions_.size() == 0) return Verdict::kIgnored;
  Peer client;
  if (line.record.pid.empty()) {
    Scanner in(line.text);
    if (in.Take("connect from ") || in.Take("disconnect from ")) TakePeer(in, client);
  }
  sessions_.Erase(SessionKey(line, client.address));
  return Verdict::kIgnored;
}

Verdict PostfixCollector::Client(Line& line) {
  Scanner in(line.text);
  in.Take("client=");
  Peer client;
  if (!TakePeer(in, client)) return Verdict::kUnrecognized;
  MessageSource event{line.queue_id, client.name, client.address, {}, {}};
  std::string_view mechanism;
  if (in.Take(", sasl_method=")) {
    mechanism = in.TakeWhile([](char c) { return c != ','; });
    AuthenticationSucceeded(line, mechanism, client.address);
  }
  // A login is free text, so what follows it is only a hint.
  if (in.Take(", sasl_username=")) event.login = in.TakeWhile([](char c) { return c != ','; });
  std::string_view skipped;
  if (in.TakeUntil("orig_queue_id=", skipped)) event.original_queue_id = in.TakeWhile(IsAlnum);
  if (!line.queue_id.empty()) Begin(line).from_client = true;
  line.sink.On(line.record, event);
  return Verdict::kParsed;
}

// Once a session, although every message of it repeats the login.  XCLIENT's login is the proxy's word, not
// an attempt.
void PostfixCollector::AuthenticationSucceeded(Line& line, std::string_view mechanism,
                                               std::string_view client) {
  if (EqualsIgnoreCase(mechanism, "XCLIENT")) return;
  const uint64_t key = SessionKey(line, client);
  const bool counted = sessions_.Find(key) != nullptr;
  sessions_.Touch(key, now_ns_);
  if (!counted) line.sink.On(line.record, AuthAttempt{mechanism, true, client});
}

Verdict PostfixCollector::SessionLost(Line& line) {
  Scanner in(line.text);
  ConnectionLost event;
  event.listener = line.ListenerName();
  if (in.Take("lost connection after ")) {
    event.cause = LostCause::kLost;
  } else if (in.Take("timeout after ")) {
    event.cause = LostCause::kTimeout;
  } else if (in.Take("too many errors after ")) {
    event.cause = LostCause::kErrors;
  } else {
    return Verdict::kUnrecognized;
  }
  const std::string_view stage =
      in.rest().substr(0, std::min(in.rest().find(" ("), in.rest().find(" from ")));
  event.command = CommandOf(stage);
  std::string_view before_client;
  Peer client;
  if (in.TakeUntil(" from ", before_client)) TakePeer(in, client);
  event.client_address = client.address;
  line.sink.On(line.record, event);
  return Verdict::kParsed;
}

void PostfixCollector::EmitReject(Line& line, const ActionLine& action, RejectedBy by) {
  Reject event;
  event.queue_id = line.queue_id;
  event.listener = line.ListenerName();
  event.command = action.command;
  event.rejected_by = by;
  event.code = action.code;
  constexpr uint64_t kRejects = 2;  // no seed of a delivery
  event.reason = reasons_.Of(action.text, kRejects, [&] { return RejectReason(action.text); });
  event.text = action.text;
  event.client_address = action.client.address;
  event.sender = action.sender;
  event.recipient = action.recipient;
  line.sink.On(line.record, event);
}

Verdict PostfixCollector::SmtpdAction(Line& line) {
  ActionLine action;
  if (!ParseAction(line.text, action) || action.content) return Verdict::kUnrecognized;
  if (action.action == "reject") {
    EmitReject(line, action, RejectedBy::kPolicy);
  } else if (action.action == "milter-reject") {
    EmitReject(line, action, RejectedBy::kMilter);
  } else if (action.action == "proxy-reject") {
    EmitReject(line, action, RejectedBy::kProxy);
  } else {
    line.sink.On(line.record, SpecificObservation{&kSmtpdActions, {ActionLabel(action.action)}});
  }
  return Verdict::kParsed;
}

// --- postscreen ---

Verdict PostfixCollector::Postscreen(Line& line) {
  if (line.text.starts_with("CONNECT from ")) {
    Scanner in(line.text);
    in.Take("CONNECT from ");
    Peer client;
    TakePeer(in, client);
    line.sink.On(line.record, Connection{line.ListenerName(), client.name, client.address});
    return Verdict::kParsed;
  }
  if (const std::string_view event = PostscreenEvent(line.text); !event.empty()) {
    line.sink.On(line.record, SpecificObservation{&kPostscreenEvents, {event}});
    return Verdict::kParsed;
  }
  if (IsKnownLine(line.text)) return Verdict::kIgnored;
  ActionLine action;
  if (!ParseAction(line.text, action) || action.content) return Tls(line);
  if (action.action != "reject") return Verdict::kIgnored;
  EmitReject(line, action, RejectedBy::kPostscreen);
  return Verdict::kParsed;
}

// --- cleanup, pickup, qmgr ---

Verdict PostfixCollector::Cleanup(Line& line) {
  if (line.queue_id.empty()) return Other(line);
  if (line.text.starts_with("message-id=")) return Received(line);
  if (line.text.starts_with("resent-message-id=")) return Verdict::kIgnored;
  // The queue file was thrown away before it reached the queue (3.10); `discarded` is mail that was accepted.
  if (line.text.starts_with("removed (") || line.text == "canceled") {
    const uint64_t key = KeyOf(line);
    if (Message* const message = messages_.Find(key)) Forget(line, key, *message);
    return Verdict::kIgnored;
  }
  return CleanupAction(line);
}

Verdict PostfixCollector::Received(Line& line) {
  Message& message = Touch(line);
  if (message.active)
    message = Begin(line);  // the id is used again; how the last file of that name ended was not seen
  message.received = true;
  message.received_ns = now_ns_;
  MessageReceived event;
  event.queue_id = line.queue_id;
  event.message_id = line.text.substr(sizeof "message-id=" - 1);
  event.origin = message.from_client   ? Origin::kSmtp
                 : message.from_pickup ? Origin::kLocal
                                       : Origin::kInternal;
  line.sink.On(line.record, event);
  return Verdict::kParsed;
}

Verdict PostfixCollector::CleanupAction(Line& line) {
  ActionLine action;
  if (!ParseAction(line.text, action)) return Other(line);
  line.sink.On(line.record, SpecificObservation{&kCleanupActions, {ActionLabel(action.action)}});
  const bool milter = action.action == "milter-reject";
  if (milter || action.action == "reject")
    EmitReject(line, action, milter ? RejectedBy::kMilter : RejectedBy::kContent);
  return Verdict::kParsed;
}

Verdict PostfixCollector::Pickup(Line& line) {
  if (line.queue_id.empty() || !line.text.starts_with("uid=")) return Other(line);
  Begin(line).from_pickup = true;
  line.sink.On(line.record, MessageSource{line.queue_id, {}, {}, {}, {}});
  return Verdict::kParsed;
}

Verdict PostfixCollector::QueueManager(Line& line) {
  if (line.queue_id.empty()) return Other(line);
  if (line.text == "removed") return Removed(line, /*by_queue_manager=*/!line.cut_tag);
  if (!line.text.starts_with("from=<")) return Other(line);
  QueueLine parsed;
  if (!ParseQueueLine(line.text.substr(sizeof "from=<" - 1), parsed)) return Verdict::kUnrecognized;
  Message& message = Touch(line);
  if (parsed.kind == QueueLine::Kind::kExpired) {
    SetActive(line, message, false);
    line.sink.On(line.record, MessageExpired{line.queue_id});
    return Verdict::kParsed;
  }
  line.sink.On(line.record, SpecificObservation{&kQueueActivations, {}});
  if (!message.enveloped) {
    message.enveloped = true;
    line.sink.On(line.record,
                 MessageEnvelope{line.queue_id, parsed.sender, parsed.size_bytes, parsed.recipients});
  }
  SetActive(line, message, true);
  return Verdict::kParsed;
}

Verdict PostfixCollector::Removed(Line& line, bool by_queue_manager) {
  const uint64_t key = KeyOf(line);
  Message* const message = messages_.Find(key);
  MessageRemoved event{line.queue_id, std::nullopt};
  if (by_queue_manager && message != nullptr && message->received) {
    event.lifetime_seconds = SecondsBetween(message->received_ns, now_ns_);
  }
  line.sink.On(line.record, event);
  if (message != nullptr) Forget(line, key, *message);
  return Verdict::kParsed;
}

// --- the rest ---

Verdict PostfixCollector::Bounce(Line& line) {
  struct Words {
    std::string_view words;
    BounceKind kind;
  };
  constexpr Words kKinds[] = {
      {"sender non-delivery notification: ", BounceKind::kNondelivery},
      {"sender delay notification: ", BounceKind::kDelay},
      {"sender delivery status notification: ", BounceKind::kDeliveryStatus},
      {"postmaster ", BounceKind::kPostmaster},
  };
  for (const Words& known : kKinds) {
    if (line.queue_id.empty() || !line.text.starts_with(known.words)) continue;
    const std::string_view bounce_queue_id = line.text.substr(line.text.rfind(' ') + 1);
    line.sink.On(line.record, BounceMessage{line.queue_id, bounce_queue_id, known.kind});
    return Verdict::kParsed;
  }
  return Other(line);
}

Verdict PostfixCollector::Anvil(Line& line) {
  struct Statistic {
    std::string_view words;
    std::string_view label;
  };
  constexpr Statistic kStatistics[] = {
      {"connection rate ", "connection_rate"}, {"connection count ", "connection_count"},
      {"message rate ", "message_rate"},       {"recipient rate ", "recipient_rate"},
      {"newtls rate ", "newtls_rate"},         {"auth rate ", "auth_rate"},
      {"cache size ", "cache_size"},
  };
  Scanner in(line.text);
  if (!in.Take("statistics: max ")) return Other(line);
  for (const Statistic& known : kStatistics) {
    uint64_t value = 0;
    if (!in.Take(known.words)) continue;
    if (!in.TakeUnsigned(value)) return Verdict::kUnrecognized;
    line.sink.On(line.record, SpecificObservation{&kAnvilPeak, {known.label}, static_cast<double>(value)});
    return Verdict::kParsed;
  }
  return Verdict::kIgnored;
}

Verdict PostfixCollector::Master(Line& line) {
  if (!line.text.starts_with("daemon started ")) return Other(line);
  line.sink.On(line.record, DaemonStart{});
  return Verdict::kParsed;
}

Verdict PostfixCollector::Postsuper(Line& line) {
  if (!line.queue_id.empty() && line.text == "removed") return Removed(line, /*by_queue_manager=*/false);
  return Other(line);
}

Verdict PostfixCollector::Tls(Line& line) {
  TlsLine tls;
  if (!ParseTls(line.text, tls)) return Other(line);
  if (tls.reused) return Verdict::kIgnored;
  const Direction direction = tls.inbound ? Direction::kInbound : Direction::kOutbound;
  line.sink.On(line.record, TlsSession{direction, tls.protocol, tls.verification});
  return Verdict::kParsed;
}

Verdict PostfixCollector::Other(Line& line) {
  if (!line.queue_id.empty() && line.text == "removed" && line.program == Program::kNone) {
    return Removed(line, /*by_queue_manager=*/false);  // a cut tag: qmgr or postsuper
  }
  return IsKnownLine(line.text) ? Verdict::kIgnored : Verdict::kUnrecognized;
}

// --- what is remembered ---

uint64_t PostfixCollector::HostHash(std::string_view host) {
  if (host != host_) {
    host_ = host;
    host_hash_ = Hash(host);
  }
  return host_hash_;
}

PostfixCollector::Message& PostfixCollector::Touch(const Line& line) {
  return messages_.Touch(KeyOf(line), now_ns_, [&](const Message& forgotten) {
    if (!forgotten.active) return;
    --in_flight_;
    ReportInFlight(line);
  });
}

// A new queue file under this id.  Short ids are used again: what was known of the last file of that name is
// void.
PostfixCollector::Message& PostfixCollector::Begin(const Line& line) {
  Message& message = Touch(line);
  if (message.active) {
    --in_flight_;
    ReportInFlight(line);
  }
  return message = Message{};
}

void PostfixCollector::Forget(const Line& line, uint64_t key, Message& message) {
  SetActive(line, message, false);
  messages_.Erase(key);
}

void PostfixCollector::SetActive(const Line& line, Message& message, bool active) {
  if (message.active == active) return;
  message.active = active;
  in_flight_ += active ? 1 : UINT64_MAX;
  ReportInFlight(line);
}

void PostfixCollector::ReportInFlight(const Line& line) const {
  line.sink.On(line.record, MessagesInFlight{in_flight_});
}

void PostfixCollector::Save(ByteWriter& out) const {
  out.Put(kStateVersion);
  out.Put(in_flight_);
  out.Put(now_ns_);
  messages_.Save(out);
  sessions_.Save(out);
}

bool PostfixCollector::Restore(ByteReader& in) {
  const bool known = in.Get<uint32_t>() == kStateVersion;
  in_flight_ = in.Get<uint64_t>();
  now_ns_ = in.Get<int64_t>();
  if (known && messages_.Restore(in) && sessions_.Restore(in) && in.ok()) return true;
  in_flight_ = 0;
  now_ns_ = 0;
  messages_.Clear();
  sessions_.Clear();
  return false;
}

const CollectorType kCollectorType = {"postfix",
                                      [](const CollectorOptions& options) -> std::unique_ptr<Collector> {
                                        return std::make_unique<PostfixCollector>(options);
                                      },
                                      kPostfixMetrics, "smtp lmtp local virtual pipe error discard"};

}  // namespace mta::postfix
