// Lines of the daemon itself and its complaints.
#include "collectors/sendmail/specific_metrics.h"
#include "collectors/sendmail/steps.h"

namespace mta::sendmail {

constexpr std::string_view kProgram = "sendmail";

// SYSERR(USER): TEXT
Verdict OnSyserr(const Line& line, Memory&) {
  line.Emit(DaemonProblem{.program = kProgram, .severity = Severity::kError, .text = line.body});
  return Verdict::kParsed;
}

namespace {

Verdict Alert(const Line& line) {
  line.Emit(DaemonProblem{.program = kProgram, .severity = Severity::kAlert, .text = line.body});
  return Verdict::kParsed;
}

}  // namespace

// Losing ./qfQID: REASON.  A client can have its own words logged behind its queue id (`ADDRESS... User
// unknown`), so the name of the queue file has to be there.
Verdict OnLosing(const Line& line, Memory&) {
  return line.body.find(line.queue_id) == std::string_view::npos ? Verdict::kIgnored : Alert(line);
}

// POSSIBLE ATTACK from HOST: newline in string "STRING".  Likewise: no answer to a client ends in a quote.
Verdict OnPossibleAttack(const Line& line, Memory&) {
  return line.body.ends_with('"') ? Alert(line) : Verdict::kIgnored;
}

// QID: done; delay=00:00:01, ntries=1 (LogLevel 10).  Nothing more will come of this message.
Verdict OnDone(const Line& line, Memory& memory) {
  memory.messages.Erase(MessageKey(line.record.host, line.queue_id));
  return Verdict::kIgnored;
}

// starting daemon (VERSION): SMTP+queueing@00:10:00
Verdict OnDaemonStart(const Line& line, Memory&) {
  line.Emit(DaemonStart{});
  return Verdict::kParsed;
}

// rejecting connections on daemon NAME: load average: N
Verdict OnLoadRefusal(const Line& line, Memory& memory) {
  memory.log_level.SawDetail();
  line.Emit(SpecificObservation{.metric = &kLoadRefusals});
  return Verdict::kParsed;
}

}  // namespace mta::sendmail
