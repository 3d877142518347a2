// Lines about SMTP sessions: connections and their end, TLS, AUTH.
#include "collectors/sendmail/fields.h"
#include "collectors/sendmail/steps.h"
#include "exporter/base/scanner.h"

namespace mta::sendmail {
namespace {

SmtpCommand CommandAfter(std::string_view phase) {
  if (phase == "startup") return SmtpCommand::kConnect;
  if (phase == "helo" || phase == "ehlo") return SmtpCommand::kHelo;
  if (phase == "mail") return SmtpCommand::kMail;
  if (phase == "rcpt") return SmtpCommand::kRcpt;
  if (phase == "data" || phase == "bdat") return SmtpCommand::kData;
  return SmtpCommand::kOther;
}

// Cuts `text` at the last `key`; `value` is what followed it.
bool CutAtLast(std::string_view& text, std::string_view key, std::string_view& value) {
  const size_t at = text.rfind(key);
  if (at == std::string_view::npos) return false;
  value = text.substr(at + key.size());
  text = text.substr(0, at);
  return true;
}

}  // namespace

// connect from HOST [ADDRESS]
Verdict OnConnect(const Line& line, Memory&) {
  const std::string_view client = line.body.substr(std::string_view("connect from ").size());
  line.Emit(Connection{.listener = kUnknownListener,
                       .client_name = RelayName(client),
                       .client_address = RelayAddress(client)});
  return Verdict::kParsed;
}

// lost input channel from HOST [ADDRESS] to DAEMON after COMMAND
Verdict OnLostInput(const Line& line, Memory&) {
  std::string_view text = line.body.substr(std::string_view("lost input channel from ").size());
  std::string_view command, daemon;
  if (!CutAtLast(text, " after ", command) || !CutAtLast(text, " to ", daemon)) return Verdict::kUnrecognized;
  if (command.find(' ') != std::string_view::npos)
    return Verdict::kIgnored;  // a client's words: `… after x@y... User unknown`
  line.Emit(ConnectionLost{.listener = daemon,
                           .cause = LostCause::kLost,
                           .command = CommandAfter(command),
                           .client_address = RelayAddress(text)});
  return Verdict::kParsed;
}

// timeout waiting for input from HOST during PHASE
Verdict OnTimeout(const Line& line, Memory&) {
  std::string_view text = line.body;
  std::string_view phase;
  if (!CutAtLast(text, " during ", phase)) return Verdict::kUnrecognized;
  if (phase.starts_with("client ") &&
      phase.find("... ") == std::string_view::npos) {  // this host is the client
    line.Emit(ConnectionError{.queue_id = line.queue_id,
                              .transport = "other",
                              .cause = ConnectionFault::kTimeout,
                              .text = line.body});
  } else if (phase == "server cmd read" || phase == "message collect") {
    const bool in_message = phase == "message collect";
    line.Emit(ConnectionLost{.listener = kUnknownListener,
                             .cause = LostCause::kTimeout,
                             .command = in_message ? SmtpCommand::kData : SmtpCommand::kOther});
  } else {
    return Verdict::kIgnored;  // Draining Input: a local mailer that does not end
  }
  return Verdict::kParsed;
}

// STARTTLS=client|server, relay=R, version=V, verify=W, cipher=C, bits=B[, …].  Errors, warnings and set-up
// have no version=; a failed handshake is counted at its `ruleset=tls_server` line.
Verdict OnStartTls(const Line& line, Memory& memory) {
  Scanner scanner(line.body);
  scanner.Take("STARTTLS=");
  TlsSession session;
  if (scanner.Take("client, relay=")) {
    session.direction = Direction::kOutbound;
  } else if (!scanner.Take("server, relay=")) {
    return Verdict::kIgnored;
  }
  std::string_view relay;
  if (!scanner.TakeUntil(", version=", relay) || !scanner.TakeUntil(kFieldEnd, session.protocol) ||
      !scanner.Take("verify="))
    return Verdict::kIgnored;
  session.verification = scanner.TakeWhile([](char c) { return c != ','; });
  memory.log_level.SawDetail();
  line.Emit(session);
  return Verdict::kParsed;
}

// AUTH=server, relay=HOST [ADDRESS], authid=USER, mech=MECHANISM, bits=N
Verdict OnAuthSuccess(const Line& line, Memory& memory) {
  std::string_view text = line.body;
  std::string_view bits, mechanism;
  if (!CutAtLast(text, ", bits=", bits) || !CutAtLast(text, ", mech=", mechanism))
    return Verdict::kUnrecognized;
  const size_t login = text.find(", authid=");
  memory.log_level.SawDetail();
  line.Emit(AuthAttempt{
      .mechanism = mechanism, .success = true, .client_address = RelayAddress(text.substr(0, login))});
  return Verdict::kParsed;
}

// AUTH failure (MECHANISM): REASON[, user=USER], relay=HOST [ADDRESS]
Verdict OnAuthFailure(const Line& line, Memory&) {
  Scanner scanner(line.body);
  scanner.Take("AUTH failure (");
  std::string_view mechanism, relay;
  if (!scanner.TakeUntil("): ", mechanism)) return Verdict::kUnrecognized;
  std::string_view rest = scanner.rest();
  CutAtLast(rest, ", relay=", relay);
  line.Emit(AuthAttempt{.mechanism = mechanism, .success = false, .client_address = RelayAddress(relay)});
  return Verdict::kParsed;
}

// RELAY: SMTP COMMAND protocol error: TEXT
Verdict OnProtocolError(const Line& line, Memory&) {
  line.Emit(ConnectionError{
      .queue_id = line.queue_id, .transport = "other", .cause = ConnectionFault::kOther, .text = line.body});
  return Verdict::kParsed;
}

}  // namespace mta::sendmail
