// Postfix 2.3 to 3.12, by whatever name its instances log.
//
// Tag, queue id and program decide what a line may be; the *_line files know how each record is written. What
// must be remembered between lines is small: of a message, when and how it came and whether it was active or
// deferred before; of an SMTP session, that its login was counted.
//
// A tag that was cut to `postfix` (RFC 5424 with the slash removed) is read by its message where only one
// program writes such a line.  Deliveries then have the transport `other`, because smtp, lmtp and pipe write
// the same record, and a bare `removed` ends a message without a lifetime, because qmgr and postsuper both
// write it.
#pragma once

#include <string>
#include <vector>

#include "collectors/collector.h"
#include "collectors/message_table.h"
#include "collectors/postfix/action_line.h"
#include "collectors/postfix/delivery_line.h"
#include "collectors/postfix/open_messages.h"
#include "collectors/postfix/tag.h"
#include "exporter/events/reason_memo.h"

namespace mta::postfix {

class PostfixCollector final : public Collector {
 public:
  explicit PostfixCollector(const CollectorOptions& options);

  Verdict Step(const LogRecord& record, EventSink& sink) override;
  std::string_view queue_id() const override { return queue_id_; }
  TrackingStats tracking() const override { return messages_.stats(); }
  void Save(ByteWriter& out) const override;
  bool Restore(ByteReader& in) override;

 private:
  struct Session {
    uint64_t unused = 0;
  };
  // One line on its way through the collector.
  struct Line {
    const LogRecord& record;
    EventSink& sink;
    const Tag& tag;
    Program program;            // the tag's, or inferred from the message
    std::string_view queue_id;  // empty for none and for NOQUEUE
    std::string_view text;      // what follows the queue id
    std::string_view listener;  // where the tag does not say
    bool cut_tag = false;
    uint64_t key = 0;  // of its message
    int64_t now_ns = 0;

    OpenMessages::Moment moment() const { return {record, sink, now_ns}; }
    std::string_view ListenerName() const { return listener.empty() ? tag.listener() : listener; }
  };

  bool Selected(std::string_view tag) const { return options_.syslog_names.empty() || HasName(tag); }
  bool HasName(std::string_view tag) const;
  Verdict StepAs(const Tag& tag, bool cut_tag, const LogRecord& record, EventSink& sink);
  Verdict StepAsStranger(const Tag& tag, const LogRecord& record, EventSink& sink);
  Verdict Dispatch(Line& line);
  Verdict Problem(Line& line, Severity severity, std::string_view text);
  Verdict Delivery(Line& line);
  Verdict DeliveryAgent(Line& line);
  Verdict OutgoingConnection(Line& line);
  Verdict Smtpd(Line& line);
  Verdict Client(Line& line);
  Verdict Disconnected(Line& line);
  Verdict SessionLost(Line& line);
  Verdict SmtpdAction(Line& line);
  Verdict Postscreen(Line& line);
  Verdict Cleanup(Line& line);
  Verdict CleanupAction(Line& line);
  Verdict Received(Line& line);
  Verdict QueueManager(Line& line);
  Verdict Removed(Line& line, bool by_queue_manager);
  Verdict Pickup(Line& line);
  Verdict Bounce(Line& line);
  Verdict Anvil(Line& line);
  Verdict Master(Line& line);
  Verdict Postsuper(Line& line);
  Verdict Tls(Line& line);
  Verdict Other(Line& line);

  void EmitReject(Line& line, const ActionLine& action, RejectedBy by);
  void EmitAction(Line& line, const ActionLine& action, const SpecificMetric& metric);
  void AuthenticationSucceeded(Line& line, std::string_view mechanism, std::string_view client);
  Hop HopOf(const DeliveryLine& delivery) const;

  uint64_t SessionKey(const Line& line, std::string_view client) const;

  const CollectorOptions options_;
  TagReader tags_;
  ReasonMemo reasons_;
  OpenMessages messages_;
  MessageTable<Session> sessions_;   // SMTP sessions whose login was counted
  std::vector<uint64_t> instances_;  // hashes: those not called postfix that wrote a line of Postfix
  int64_t now_ns_ = 0;               // log time, carried over lines without a stamp
  std::string_view queue_id_;        // of the last line; no state
};

extern const CollectorType kCollectorType;

}  // namespace mta::postfix
