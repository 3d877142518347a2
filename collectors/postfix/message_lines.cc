// PostfixCollector: what cleanup, pickup and qmgr write of a message on its way into the queue and out of it.
#include <algorithm>

#include "collectors/postfix/postfix_collector.h"
#include "collectors/postfix/postfix_metrics.h"
#include "collectors/postfix/queue_line.h"
#include "collectors/postfix/words.h"
#include "exporter/base/ascii.h"
#include "exporter/base/scanner.h"

namespace mta::postfix {
namespace {

double SecondsBetween(int64_t from_ns, int64_t to_ns) {
  return to_ns > from_ns ? static_cast<double>(to_ns - from_ns) / 1e9 : 0;
}

// `uid=0 from=<ADDRESS> orig_id=QUEUEID`, of a message that postsuper put into the queue anew.  The address
// is its sender's, but what stands behind its `>` is not.
std::string_view RequeuedFrom(std::string_view text) {
  constexpr std::string_view kKey = "> orig_id=";
  const size_t at = text.rfind(kKey);
  if (at == std::string_view::npos) return {};
  const std::string_view id = text.substr(at + kKey.size());
  return std::ranges::all_of(id, IsAlnum) ? id : std::string_view();
}

}  // namespace

Verdict PostfixCollector::Cleanup(Line& line) {
  if (line.queue_id.empty()) return Other(line);
  if (line.text.starts_with("message-id=")) return Received(line);
  if (line.text.starts_with("resent-message-id=")) return Verdict::kIgnored;
  // The queue file was thrown away before it reached the queue (3.10); `discarded` is mail that was accepted.
  if (line.text.starts_with("removed (") || line.text == "canceled") {
    messages_.Forget(line.key, line.moment());
    return Verdict::kIgnored;
  }
  return CleanupAction(line);
}

Verdict PostfixCollector::Received(Line& line) {
  Message& message = messages_.Touch(line.key, line.moment());
  if (message.active)
    message = messages_.Begin(
        line.key, line.moment());  // the id is used again; how the last file of that name ended was not seen
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
  const bool milter = action.action == "milter-reject";
  EmitAction(line, action, kCleanupActions);
  if (milter || action.action == "reject")
    EmitReject(line, action, milter ? RejectedBy::kMilter : RejectedBy::kContent);
  if (action.action == "discard" || action.action == "milter-discard")
    messages_.Forget(line.key, line.moment());
  return Verdict::kParsed;
}

Verdict PostfixCollector::Pickup(Line& line) {
  if (line.queue_id.empty() || !line.text.starts_with("uid=")) return Other(line);
  messages_.Begin(line.key, line.moment()).from_pickup = true;
  MessageSource event;
  event.queue_id = line.queue_id;
  event.user_id = Scanner(line.text.substr(sizeof "uid=" - 1)).TakeWhile(IsDigit);
  event.original_queue_id = RequeuedFrom(line.text);
  line.sink.On(line.record, event);
  return Verdict::kParsed;
}

Verdict PostfixCollector::QueueManager(Line& line) {
  if (line.queue_id.empty()) return Other(line);
  if (line.text == "removed") return Removed(line, /*by_queue_manager=*/!line.cut_tag);
  if (!line.text.starts_with("from=<")) return Other(line);
  QueueLine parsed;
  if (!ParseQueueLine(line.text.substr(sizeof "from=<" - 1), parsed)) return Verdict::kUnrecognized;
  Message& message = messages_.Touch(line.key, line.moment());
  if (parsed.kind == QueueLine::Kind::kExpired) {
    messages_.SetActive(message, false, line.moment());
    line.sink.On(line.record, MessageExpired{line.queue_id});
    return Verdict::kParsed;
  }
  line.sink.On(line.record, SpecificObservation{&kQueueActivations, {}});
  if (!message.enveloped) {
    message.enveloped = true;
    line.sink.On(line.record,
                 MessageEnvelope{line.queue_id, parsed.sender, parsed.size_bytes, parsed.recipients});
  }
  messages_.SetActive(message, true, line.moment());
  return Verdict::kParsed;
}

Verdict PostfixCollector::Removed(Line& line, bool by_queue_manager) {
  const Message* const message = messages_.Find(line.key);
  MessageRemoved event{line.queue_id, std::nullopt};
  if (by_queue_manager && message != nullptr && message->received) {
    event.lifetime_seconds = SecondsBetween(message->received_ns, now_ns_);
  }
  line.sink.On(line.record, event);
  messages_.Forget(line.key, line.moment());
  return Verdict::kParsed;
}

}  // namespace mta::postfix
