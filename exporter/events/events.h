// The vocabulary: what happened, in the words all mail transfer agents share.
//
// A collector turns a LogRecord into events; an EventSink does something with them (metrics, trace,
// backfill).  Events borrow: every view is valid only during the call.  What a line does not say is left
// empty.  `record.repeat` says how often the event happened (syslog's "message repeated N times"); a sink
// that counts multiplies by it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "exporter/events/reason.h"
#include "exporter/record/record.h"

namespace mta {

enum class DeliveryStatus : uint8_t { kSent, kDeferred, kBounced };
enum class Hop : uint8_t {
  kFinal,
  kInternal
};  // internal: handed to a program of this host that logs it again
enum class Origin : uint8_t { kSmtp, kLocal, kInternal, kUnknown };
enum class Direction : uint8_t { kInbound, kOutbound };
enum class BounceKind : uint8_t { kNondelivery, kDelay, kDeliveryStatus, kPostmaster, kDiscarded };
enum class LostCause : uint8_t { kLost, kTimeout, kErrors };
enum class Severity : uint8_t { kWarning, kError, kFatal, kPanic, kAlert };
enum class SmtpCommand : uint8_t { kConnect, kHelo, kMail, kRcpt, kData, kEndOfData, kOther };
enum class RejectedBy : uint8_t { kPolicy, kMilter, kProxy, kContent, kPostscreen, kRuleset, kRblsmtpd };
enum class ConnectionFault : uint8_t { kTimeout, kRefused, kUnreachable, kReset, kLost, kTls, kDns, kOther };

// One recipient in one delivery attempt.
struct DeliveryAttempt {
  std::string_view queue_id = {};
  std::string_view recipient = {};           // unquoted where the MTA quotes nothing; may be empty
  std::string_view original_recipient = {};  // Postfix orig_to=
  // From METRICS.md's closed list of this MTA, "other" included; static storage.
  std::string_view transport = {};
  std::string_view relay = {};  // as logged: host, address, port
  DeliveryStatus status = DeliveryStatus::kSent;
  Hop hop = Hop::kFinal;
  std::string_view enhanced_status = {};  // RFC 3463 code as logged (4.7.1); empty where there is none
  Reason reason = Reason::kOther;         // meaningful unless sent
  std::string_view text = {};  // what the line says of the result: the remote's words or the MTA's own
  std::optional<double> delay_seconds = {};             // since the message arrived
  std::optional<double> attempt_duration_seconds = {};  // this attempt alone
  // Postfix delays=a/b/c/d: before_queue_manager, queue_manager, connection_setup, transmission
  std::optional<std::array<double, 4>> phase_seconds = {};
  bool first_deferral = false;  // the first recipient of this message that was deferred, ever
};

// The client behind a queue id, before the message is complete (Postfix client=, pickup uid=).
struct MessageSource {
  std::string_view queue_id = {};
  std::string_view client_name = {};
  std::string_view client_address = {};
  std::string_view login = {};    // SASL user name
  std::string_view user_id = {};  // of a local submitter (Postfix pickup uid=)
  // Of the hop before, where the client told (Postfix orig_queue_id=).
  std::string_view original_queue_id = {};
};

// A message was accepted (METRICS.md: mta_messages_received_total).
struct MessageReceived {
  std::string_view queue_id = {};
  std::string_view message_id = {};
  Origin origin = Origin::kUnknown;
  std::string_view queue_process = {};  // qmail's qp: a bounce is known by it before it has a number
};

// Envelope data, once a message.
struct MessageEnvelope {
  std::string_view queue_id = {};
  std::string_view sender = {};
  uint64_t size_bytes = 0;
  std::optional<uint64_t> recipients = {};
};

// The message left the queue for good.
struct MessageRemoved {
  std::string_view queue_id = {};
  std::optional<double> lifetime_seconds = {};  // since it arrived, where that was seen
};

// The message was given up after too long in the queue.
struct MessageExpired {
  std::string_view queue_id = {};
};

// A bounce, delay or delivery status notification was made (or a bounce was discarded).
struct BounceMessage {
  std::string_view queue_id = {};         // of the message it is about
  std::string_view bounce_queue_id = {};  // of the notification itself
  BounceKind kind = BounceKind::kNondelivery;
  std::string_view bounce_queue_process = {};  // qmail, which does not know its number yet
};

// A recipient who has no result yet, or gets none.  For stories alone: feeds no metric.
struct DeliveryPending {
  enum class State : uint8_t {
    kStarted,  // an attempt is under way (qmail starting delivery)
    kQueued,   // put into the queue, nothing tried (sendmail stat=queued)
    kHeld,     // quarantined
    kRefused,  // it never was: the message was refused after its content, and the client was told
  };
  std::string_view queue_id = {};
  std::string_view recipient = {};
  std::string_view transport = {};
  State state = State::kStarted;
};

// The MTA did something else with a message than to pass it on or to refuse it: hold, redirect, discard, …
// For stories alone: what of it is counted comes as a SpecificObservation besides.
struct MessageAction {
  std::string_view queue_id = {};
  std::string_view action = {};  // the MTA's word: hold, milter-quarantine, released from hold
  std::string_view text = {};    // whatever the line says of it; strangers' words
};

// A message was split: the other one has some of its recipients (sendmail clone:).  For stories alone.
struct MessageForked {
  std::string_view queue_id = {};
  std::string_view new_queue_id = {};
};

// Messages known to be in the queue now.
struct MessagesInFlight {
  uint64_t count = 0;
};

struct Connection {
  std::string_view listener = {};
  std::string_view client_name = {};
  std::string_view client_address = {};
};

struct ConnectionLost {
  std::string_view listener = {};
  LostCause cause = LostCause::kLost;
  SmtpCommand command = SmtpCommand::kOther;
  std::string_view client_address = {};
};

struct Reject {
  std::string_view queue_id = {};  // empty for NOQUEUE
  std::string_view listener = {};
  SmtpCommand command = SmtpCommand::kOther;
  RejectedBy rejected_by = RejectedBy::kPolicy;
  std::string_view code = {};  // three digits, or empty
  Reason reason = Reason::kOther;
  std::string_view text = {};
  std::string_view client_address = {};
  std::string_view sender = {};
  std::string_view recipient = {};
};

struct AuthAttempt {
  std::string_view mechanism = {};  // as logged; the sink closes the set
  bool success = false;
  std::string_view client_address = {};
};

struct TlsSession {
  Direction direction = Direction::kInbound;
  std::string_view protocol = {};      // as logged; the sink closes the set
  std::string_view verification = {};  // the MTA's word; the sink lower-cases it and closes the set
};

// Trouble with an outgoing connection that is no delivery result.
struct ConnectionError {
  std::string_view queue_id = {};
  std::string_view transport = {};
  ConnectionFault cause = ConnectionFault::kOther;
  std::string_view text = {};
};

struct DaemonProblem {
  std::string_view program = {};
  Severity severity = Severity::kWarning;
  std::string_view text = {};
};

struct DaemonStart {};

// A metric that only one MTA has.  The collector declares it in its CollectorType; the label values of an
// observation come from a closed set of the collector's own.
struct SpecificMetric {
  enum class Type : uint8_t { kCounter, kGauge };
  std::string_view name;
  std::string_view help;
  Type type = Type::kCounter;
  std::array<std::string_view, 2> labels = {};  // names; empty = unused
  // Series that exist with 0 from the MTA's first recognised line on: values of the first label.
  // Without labels the series always exists.
  std::string_view known_values = {};  // blank separated
};

struct SpecificObservation {
  const SpecificMetric* metric = nullptr;
  std::array<std::string_view, 2> label_values = {};
  double value = 1;  // counters: how much is added; gauges: the new value
};

class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void On(const LogRecord&, const DeliveryAttempt&) = 0;
  virtual void On(const LogRecord&, const MessageSource&) = 0;
  virtual void On(const LogRecord&, const MessageReceived&) = 0;
  virtual void On(const LogRecord&, const MessageEnvelope&) = 0;
  virtual void On(const LogRecord&, const MessageRemoved&) = 0;
  virtual void On(const LogRecord&, const MessageExpired&) = 0;
  virtual void On(const LogRecord&, const BounceMessage&) = 0;
  virtual void On(const LogRecord&, const MessagesInFlight&) = 0;
  virtual void On(const LogRecord&, const Connection&) = 0;
  virtual void On(const LogRecord&, const ConnectionLost&) = 0;
  virtual void On(const LogRecord&, const Reject&) = 0;
  virtual void On(const LogRecord&, const AuthAttempt&) = 0;
  virtual void On(const LogRecord&, const TlsSession&) = 0;
  virtual void On(const LogRecord&, const ConnectionError&) = 0;
  virtual void On(const LogRecord&, const DaemonProblem&) = 0;
  virtual void On(const LogRecord&, const DaemonStart&) = 0;
  virtual void On(const LogRecord&, const SpecificObservation&) = 0;
  // For stories alone: a sink that counts leaves them.
  virtual void On(const LogRecord&, const DeliveryPending&) {}
  virtual void On(const LogRecord&, const MessageAction&) {}
  virtual void On(const LogRecord&, const MessageForked&) {}
};

}  // namespace mta
