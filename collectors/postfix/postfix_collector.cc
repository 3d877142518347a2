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

constexpr uint32_t kStateVersion = 2;
constexpr size_t kMostSessions = 10'000;
constexpr size_t kMostInstances = 64;
constexpr int64_t kLongestSessionNs = 24LL * 3600 * 1'000'000'000;

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

}  // namespace

PostfixCollector::PostfixCollector(const CollectorOptions& options)
    : options_(options),
      messages_(options.max_messages, options.max_age_ns),
      sessions_(kMostSessions, kLongestSessionNs) {}

// METRICS.md section 9, "Whose line".
Verdict PostfixCollector::Step(const LogRecord& record, EventSink& sink) {
  queue_id_ = {};
  const Tag tag = tags_.Read(record.tag);
  if (tag.program() == Program::kCommand) {
    return Selected(record.tag) ? StepAs(tag, /*cut_tag=*/true, record, sink) : Verdict::kForeign;
  }
  if (record.tag.empty()) {
    if (!options_.only_mta) return Verdict::kForeign;
    return StepAs(tag, /*cut_tag=*/true, record, sink);
  }
  if (tag.program() == Program::kNone || !Selected(record.tag)) return Verdict::kForeign;
  if (options_.only_mta || tag.of_postfix()) {
    return StepAs(tag, /*cut_tag=*/false, record, sink);
  }
  if (!tag.has_slash()) return Verdict::kForeign;
  return StepAsStranger(tag, record, sink);
}

// A tag such as mx/smtp is Postfix's if the message is its program's.  A warning could be anybody's: it is
// believed of an instance that wrote something else before.
Verdict PostfixCollector::StepAsStranger(const Tag& tag, const LogRecord& record, EventSink& sink) {
  const uint64_t instance = Hash(tag.instance());
  const bool known = std::ranges::find(instances_, instance) != instances_.end();
  Scanner in(record.message);
  Severity severity;
  if (!known && TakeLevel(in, severity)) return Verdict::kForeign;
  const Verdict verdict = StepAs(tag, /*cut_tag=*/false, record, sink);
  if (verdict == Verdict::kUnrecognized) return Verdict::kForeign;
  if (!known && instances_.size() < kMostInstances) instances_.push_back(instance);
  return verdict;
}

bool PostfixCollector::HasName(std::string_view tag) const {
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
  // Most lines have a queue id, and no level is one.
  if (!TakeQueueId(in, line.queue_id) && !in.Take("NOQUEUE: ") && TakeLevel(in, severity))
    return Problem(line, severity, in.rest());
  line.text = in.rest();
  line.now_ns = now_ns_;
  queue_id_ = line.queue_id;
  if (!line.queue_id.empty()) line.key = messages_.KeyOf(record.host, line.queue_id);
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

Verdict PostfixCollector::Bounce(Line& line) {
  struct Words {
    std::string_view words;
    BounceKind kind;
  };
  static constexpr Words kKinds[] = {
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
  static constexpr Statistic kStatistics[] = {
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
  if (line.queue_id.empty()) return Other(line);
  if (line.text == "removed") return Removed(line, /*by_queue_manager=*/false);
  // A requeued message goes on under another queue id.
  if (line.text == "requeued") messages_.Forget(line.key, line.moment());
  if (line.text == "requeued" || line.text == "placed on hold" || line.text == "released from hold")
    line.sink.On(line.record, MessageAction{line.queue_id, line.text, {}});
  return Other(line);
}

Verdict PostfixCollector::Tls(Line& line) {
  TlsLine tls;
  if (!ParseTls(line.text, tls)) return IsPeerDetail(line.text) ? Verdict::kIgnored : Other(line);
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

void PostfixCollector::Save(ByteWriter& out) const {
  out.Put(kStateVersion);
  out.Put(now_ns_);
  out.Put(static_cast<uint32_t>(instances_.size()));
  for (const uint64_t instance : instances_) out.Put(instance);
  messages_.Save(out);
  sessions_.Save(out);
}

bool PostfixCollector::Restore(ByteReader& in) {
  const bool known = in.Get<uint32_t>() == kStateVersion;
  now_ns_ = in.Get<int64_t>();
  instances_.clear();
  for (auto left = std::min<size_t>(in.Get<uint32_t>(), kMostInstances); left > 0 && in.ok(); --left) {
    instances_.push_back(in.Get<uint64_t>());
  }
  if (known && messages_.Restore(in) && sessions_.Restore(in) && in.ok()) return true;
  now_ns_ = 0;
  instances_.clear();
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
