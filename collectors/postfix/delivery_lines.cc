// PostfixCollector: what the delivery agents write: results, and trouble on the way to them.
#include <utility>

#include "collectors/postfix/own_reasons.h"
#include "collectors/postfix/postfix_collector.h"
#include "collectors/postfix/postfix_metrics.h"
#include "collectors/postfix/words.h"
#include "exporter/base/scanner.h"

namespace mta::postfix {
namespace {

bool IsLoopback(std::string_view relay) {
  const size_t open = relay.find('[');
  if (open == std::string_view::npos) return false;
  const std::string_view address = relay.substr(open + 1);
  return address.starts_with("127.") || address.starts_with("::1]") || address.starts_with('/');
}

}  // namespace

namespace {

// `configured`: address or address:port, the address in brackets or without.
bool NamesRelay(std::string_view configured, std::string_view address, std::string_view port) {
  Scanner in(configured);
  const bool bracketed = in.Take('[');
  if (!in.Take(address) || (bracketed && !in.Take(']'))) return false;
  return in.done() || in.rest() == port;
}

}  // namespace

Hop PostfixCollector::HopOf(const DeliveryLine& delivery) const {
  for (const std::string& relay : options_.internal_relays) {
    const size_t open = delivery.relay.find('[');
    const size_t close = delivery.relay.find(']', open);
    if (close == std::string_view::npos) continue;
    const std::string_view address = delivery.relay.substr(open + 1, close - open - 1);
    const std::string_view port = delivery.relay.substr(close + 1);  // with its colon
    if (NamesRelay(relay, address, port)) return Hop::kInternal;
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
    event.reason = reasons_.Of(parsed.text, Hash(parsed.enhanced_status, bounced ? 1 : 0), [&] {
      return DeliveryReason(parsed.enhanced_status, parsed.text, bounced, reasons_);
    });
    if (!bounced)
      event.first_deferral = !std::exchange(messages_.Touch(line.key, line.moment()).deferred, true);
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
             in.Take("Cannot start TLS: ") || in.Take("TLS is required, ") ||
             in.Take("Server certificate not ")) {
    fault = ConnectionFault::kTls;
  } else if (in.Take("host ")) {
    // A host that answered: `host N[A] said: …` and `host N[A] refused to talk to me: …` are no connection
    // errors.
    const bool known = !line.queue_id.empty() || line.text.find(" offers SMTPUTF8 ") != line.text.npos;
    return known ? Verdict::kIgnored : Verdict::kUnrecognized;
  } else if (in.Take("SASL authentication failed; ")) {
    return Verdict::kIgnored;  // our login at the next hop; the delivery's result says so again
  } else {
    return Verdict::kUnrecognized;
  }
  line.sink.On(line.record, ConnectionError{line.queue_id, TransportOf(line.program), fault, line.text});
  return Verdict::kParsed;
}

}  // namespace mta::postfix
