// PostfixCollector: what smtpd and postscreen write of clients.
#include <algorithm>

#include "collectors/postfix/own_reasons.h"
#include "collectors/postfix/postfix_collector.h"
#include "collectors/postfix/postfix_metrics.h"
#include "collectors/postfix/postscreen_line.h"
#include "collectors/postfix/words.h"
#include "exporter/base/scanner.h"

namespace mta::postfix {

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
  MessageSource event;
  event.queue_id = line.queue_id;
  event.client_name = client.name;
  event.client_address = client.address;
  std::string_view mechanism;
  if (in.Take(", sasl_method=")) {
    mechanism = in.TakeWhile([](char c) { return c != ','; });
    AuthenticationSucceeded(line, mechanism, client.address);
  }
  // A login is free text, so what follows it is only a hint.
  if (in.Take(", sasl_username=")) event.login = in.TakeWhile([](char c) { return c != ','; });
  std::string_view skipped;
  if (in.TakeUntil("orig_queue_id=", skipped)) event.original_queue_id = in.TakeWhile(IsAlnum);
  if (!line.queue_id.empty()) messages_.Begin(line.key, line.moment()).from_client = true;
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
  event.reason = RejectReason(action.text, reasons_);
  event.text = action.text;
  event.client_address = action.client.address;
  event.sender = action.sender;
  event.recipient = action.recipient;
  line.sink.On(line.record, event);
  // The queue file is deleted; before 3.10 no line says so.
  if (action.command == SmtpCommand::kEndOfData && !line.queue_id.empty())
    messages_.Forget(line.key, line.moment());
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
    EmitAction(line, action, kSmtpdActions);
  }
  return Verdict::kParsed;
}

void PostfixCollector::EmitAction(Line& line, const ActionLine& action, const SpecificMetric& metric) {
  line.sink.On(line.record, SpecificObservation{&metric, {ActionLabel(action.action)}});
  const bool refused = action.action == "reject" || action.action == "milter-reject";
  if (!line.queue_id.empty() && !refused)
    line.sink.On(line.record, MessageAction{line.queue_id, action.action, action.text});
}

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

}  // namespace mta::postfix
