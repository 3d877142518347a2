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

// `Losing ./qfQID: REASON`, `POSSIBLE ATTACK from HOST: …`: what sendmail logs with priority alert
Verdict OnAlert(const Line& line, Memory&) {
  line.Emit(DaemonProblem{.program = kProgram, .severity = Severity::kAlert, .text = line.body});
  return Verdict::kParsed;
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
