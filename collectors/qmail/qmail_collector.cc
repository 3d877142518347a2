#include "collectors/qmail/qmail_collector.h"

#include "collectors/qmail/known_text.h"
#include "collectors/qmail/qmail_metrics.h"
#include "collectors/qmail/smtp_line.h"
#include "collectors/qmail/whose_line.h"
#include "exporter/base/scanner.h"
#include "exporter/base/swar.h"
#include "exporter/events/reply_reason.h"

namespace mta::qmail {
namespace {

constexpr uint32_t kStateVersion = 1;

// The lines whose end matters.
bool WaitsForItsParts(std::string_view text) {
  return text.size() >= kSploggerPart && (text.starts_with("delivery ") || text.starts_with("info msg ") ||
                                          text.starts_with("starting delivery "));
}

Verdict Unknown(bool sure) {
  return sure ? Verdict::kUnrecognized : Verdict::kForeign;
}

}  // namespace

QmailCollector::QmailCollector(const CollectorOptions& options)
    : options_(options),
      messages_(options.max_messages, options.max_age_ns),
      deliveries_(options.max_age_ns) {}

Verdict QmailCollector::Step(const LogRecord& record, EventSink& sink) {
  about_.clear();
  const Claim claim = ClaimOf(record, options_.only_mta);
  if (claim == Claim::kNone) return Verdict::kForeign;
  Line line{record, sink, LogOf(record), record.time_ns, record.message, claim == Claim::kSure};
  if (record.time_ns != kNoTime) now_ns_ = record.time_ns;
  if (record.envelope != Envelope::kSyslog && record.envelope != Envelope::kRfc5424) return Dispatch(line);

  Scanner in(record.message);
  const InnerStamp stamp = TakeInnerStamp(in);
  line.text = in.rest();
  if (stamp.further_part) return FurtherPart(line, stamp.time_ns);
  if (cut_.IsOf(line.log)) TellCutLine(sink);
  if (stamp.time_ns == kNoTime) return Dispatch(line);
  if (record.time_ns == kNoTime) {  // a stamp without year, of a year that nobody knows
    LogRecord timed = record;
    timed.time_ns = stamp.time_ns;
    return Step(timed, sink);
  }
  line.time_ns = stamp.time_ns;
  if (!WaitsForItsParts(line.text)) return Dispatch(line);
  if (cut_.waiting()) TellCutLine(sink);
  cut_.Hold(record, line.log, stamp.time_ns);
  return Verdict::kParsed;
}

// The qmail-send (of several, where queues have names) that wrote the record: hash of host and tag, which are
// seldom other ones than those of the last line.
uint64_t QmailCollector::LogOf(const LogRecord& record) {
  if (!SameWord(record.host, host_) || !SameWord(record.tag, tag_)) {
    host_ = record.host;
    tag_ = record.tag;
    log_ = Hash(record.tag, Hash(record.host));
  }
  return log_;
}

Verdict QmailCollector::FurtherPart(const Line& line, int64_t stamp_ns) {
  if (cut_.GoesOnWith(line.log, stamp_ns)) {
    cut_.Append(line.text);
    return Verdict::kIgnored;
  }
  return line.sure ? Verdict::kIgnored : Verdict::kForeign;
}

void QmailCollector::TellCutLine(EventSink& sink) {
  const LogRecord record = cut_.Joined();
  cut_.Drop();
  Scanner in(record.message);
  const InnerStamp stamp = TakeInnerStamp(in);
  Dispatch({record, sink, LogOf(record), stamp.time_ns, in.rest(), /*sure=*/true});
}

void QmailCollector::Finish(EventSink& sink) {
  if (cut_.waiting()) TellCutLine(sink);
}

// The program is named before the line, or is the tag, or is qmail-send.
Verdict QmailCollector::Dispatch(const Line& line) {
  Scanner in(line.text);
  if (in.Take("tcpserver: ")) return Tcpserver(line, in.rest());
  if (in.Take("rblsmtpd: ")) return Rblsmtpd(line, in.rest());
  if (in.Take("qmail-send: ") || in.Take("WHO: "))
    return QmailSend(line, in.rest(), Blanks::kFree);  // eQmail
  if (line.record.tag == "tcpserver") return Tcpserver(line, line.text);
  if (line.record.tag == "rblsmtpd") return Rblsmtpd(line, line.text);
  if (line.record.tag == "qmail-smtpd") return Verdict::kIgnored;
  return QmailSend(line, line.text, Blanks::kNever);
}

Verdict QmailCollector::QmailSend(const Line& line, std::string_view text, Blanks blanks) {
  Scanner in(text);
  if (blanks == Blanks::kFree) in.Take("notice: ");
  const auto problem = [&](Severity severity) {
    if (!line.sure && !IsProblemText(in.rest())) return Verdict::kForeign;
    line.sink.On(line.record, DaemonProblem{"qmail-send", severity, in.rest()});
    return Verdict::kParsed;
  };
  Verdict verdict = Verdict::kUnrecognized;
  switch (in.peek()) {
    case 'n':
      if (in.Take("new msg ")) verdict = NewMessage(line, in.rest());
      break;
    case 'i':
      if (in.Take("info msg ") || (blanks == Blanks::kFree && in.Take("info: msg "))) {
        verdict = Info(line, in.rest());
      }
      break;
    case 's':
      if (in.Take("status: ")) {
        verdict = Status(line, in.rest());
      } else if (in.Take("starting delivery ")) {
        verdict = Start(line, in.rest(), blanks);
      }
      break;
    case 'd':
      if (in.Take("delivery ")) {
        verdict = Result(line, in.rest(), blanks);
      } else if (in.Take("double bounce: discarding ") || in.Take("delete bounce: discarding ")) {
        verdict = DiscardedBounce(line, in.rest());
      }
      break;
    case 't':
      if (in.Take("triple bounce: discarding ")) verdict = DiscardedBounce(line, in.rest());
      break;
    case 'e':
      if (in.Take("end msg ")) verdict = EndMessage(line, in.rest());
      if (in.rest() == "exiting" && line.sure) verdict = Exited(line, {});  // qmail 1.01
      break;
    case 'r':
      if (in.rest() == "running" && line.sure) verdict = Exited(line, {});  // qmail 1.01
      break;
    case 'b':
      if (in.Take("bounce msg ")) verdict = Bounce(line, in.rest());
      break;
    case 'w':
      if (in.Take("warning: ") || in.Take("warn: ")) return problem(Severity::kWarning);
      break;
    case 'a':
      if (in.Take("alert: ")) return problem(Severity::kAlert);
      break;
    default:
      break;
  }
  if (verdict != Verdict::kUnrecognized) return verdict;
  return line.sure && IsIgnoredLine(text) ? Verdict::kIgnored : Unknown(line.sure);
}

// --- before qmail-smtpd

Verdict QmailCollector::Tcpserver(const Line& line, std::string_view text) const {
  Scanner in(text);
  ClientLine client;
  if (in.Take("status: ") || in.Take("pid ") || in.Take("end ")) return Verdict::kIgnored;
  if (in.Take("ok ")) {
    if (!ParseClient(in.rest(), client)) return Unknown(line.sure);
    line.sink.On(line.record, Connection{"tcpserver", client.name, client.address});
  } else if (in.Take("deny ")) {
    if (!ParseClient(in.rest(), client)) return Unknown(line.sure);
    Reject event;
    event.listener = "tcpserver";
    event.command = SmtpCommand::kConnect;
    event.rejected_by = RejectedBy::kPolicy;
    event.reason = Reason::kPolicy;
    event.client_address = client.address;
    line.sink.On(line.record, event);
  } else if (in.Take("warning: ")) {
    line.sink.On(line.record, DaemonProblem{"tcpserver", Severity::kWarning, in.rest()});
  } else if (in.Take("fatal: ")) {
    line.sink.On(line.record, DaemonProblem{"tcpserver", Severity::kFatal, in.rest()});
  } else {
    return line.sure && IsIgnoredLine(text) ? Verdict::kIgnored : Unknown(line.sure);
  }
  return Verdict::kParsed;
}

// rblsmtpd refuses whom a list names.  What it says is the list's own text: a reason it gives is taken
// (greylisting by tcprules' RBLSMTPD=), but that the client is blocked, and the digits, say no more than
// that.
Verdict QmailCollector::Rblsmtpd(const Line& line, std::string_view text) const {
  Scanner in(text);
  if (in.Take("warning: ") || in.Take("fatal: ")) {
    const Severity severity = text.starts_with('w') ? Severity::kWarning : Severity::kFatal;
    line.sink.On(line.record, DaemonProblem{"rblsmtpd", severity, in.rest()});
    return Verdict::kParsed;
  }
  RblLine rbl;
  if (!ParseRbl(text, rbl)) return Unknown(line.sure);
  Reject event;
  event.listener = "rblsmtpd";
  event.command = SmtpCommand::kConnect;
  event.rejected_by = RejectedBy::kRblsmtpd;
  event.code = rbl.code;
  event.text = rbl.reply;
  event.client_address = rbl.address;
  event.reason = ClassifyReply({.text = rbl.reply.substr(rbl.code.size()), .ours = true});
  if (event.reason == Reason::kOther || event.reason == Reason::kPolicy) event.reason = Reason::kReputation;
  line.sink.On(line.record, event);
  return Verdict::kParsed;
}

// --- state

TrackingStats QmailCollector::tracking() const {
  return {messages_.size(), messages_.evicted() + deliveries_.evicted()};
}

void QmailCollector::Save(ByteWriter& out) const {
  out.Put(kStateVersion);
  out.Put(now_ns_);
  messages_.Save(out);
  deliveries_.Save(out);
  concurrency_.Save(out);
  cut_.Save(out);
}

bool QmailCollector::Restore(ByteReader& in) {
  const bool known = in.Get<uint32_t>() == kStateVersion;
  now_ns_ = in.Get<int64_t>();
  if (known && messages_.Restore(in) && deliveries_.Restore(in) && concurrency_.Restore(in) &&
      cut_.Restore(in)) {
    in_flight_ = 0;
    messages_.ForEach([this](const Message& message) { in_flight_ += message.in_flight != 0; });
    return true;
  }
  in_flight_ = 0;
  now_ns_ = 0;
  messages_.Clear();
  deliveries_.Clear();
  concurrency_.Clear();
  cut_.Drop();
  return false;
}

const CollectorType kCollectorType = {"qmail",
                                      [](const CollectorOptions& options) -> std::unique_ptr<Collector> {
                                        return std::make_unique<QmailCollector>(options);
                                      },
                                      kQmailMetrics,
                                      "local remote",
                                      /*lines_bear_queue_id=*/false};

}  // namespace mta::qmail
