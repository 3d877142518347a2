// qmail: qmail-send of qmail 1.01 to notqmail 1.09 and of its relatives (netqmail, qmail-ldap, sagredo,
// s/qmail, indimail, eQmail), tcpserver and rblsmtpd; through multilog, tai64nlocal, svlogd, s6-log,
// accustamp or splogger.  docs/qmail.md says which of these gives which metrics.
//
// qmail-send writes no result without a number that an earlier line explains, so two tables are kept: the
// messages under way (when they came, whether they are bounces, whether they were deferred) and the
// deliveries under way (of which message, to whom, since when).  Numbers are unique only within one
// qmail-send: (host, tag, queue name).
//
// splogger cuts a line of more than 799 bytes.  Such a line waits for its parts, because the end of a report
// says whether the message expired and may bear its code; it is told when another line of the same host and
// tag comes, or with Finish().  Lines are that long once in many thousands, and qmail-send writes a status
// line after every result, so nothing else waits, and this not for long.
#pragma once

#include <string>

#include "collectors/collector.h"
#include "collectors/message_table.h"
#include "collectors/qmail/concurrency.h"
#include "collectors/qmail/open_deliveries.h"
#include "collectors/qmail/send_line.h"
#include "collectors/qmail/splogger.h"
#include "exporter/events/reason_memo.h"

namespace mta::qmail {

class QmailCollector final : public Collector {
 public:
  explicit QmailCollector(const CollectorOptions& options);

  Verdict Step(const LogRecord& record, EventSink& sink) override;
  void Finish(EventSink& sink) override;
  std::string_view queue_id() const override { return about_; }
  TrackingStats tracking() const override;
  void Save(ByteWriter& out) const override;
  bool Restore(ByteReader& in) override;

 private:
  struct Message {
    int64_t born_ns = kNoTime;  // `new msg`
    uint8_t in_flight = 0;      // `new msg` was seen, `end msg` was not
    uint8_t bounce = 0;         // from <>
    uint8_t deferred = 0;       // at least one recipient was deferred
    uint8_t padding[5] = {};
  };
  // One line on its way through the collector.
  struct Line {
    const LogRecord& record;
    EventSink& sink;
    uint64_t log;     // LogOf(record)
    int64_t time_ns;  // for differences: splogger's stamp, finer than syslog's, else the record's
    std::string_view text;
    bool sure;  // that it is qmail's
  };

  uint64_t LogOf(const LogRecord& record);
  Verdict FurtherPart(const Line& line, int64_t stamp_ns);
  void TellCutLine(EventSink& sink);
  Verdict Dispatch(const Line& line);
  Verdict QmailSend(const Line& line, std::string_view text, Blanks blanks);
  Verdict Tcpserver(const Line& line, std::string_view text) const;
  Verdict Rblsmtpd(const Line& line, std::string_view text) const;

  // qmail-send's lines, in send_steps.cc.  `text`: what follows the words the line begins with.
  Verdict NewMessage(const Line& line, std::string_view text);
  Verdict Info(const Line& line, std::string_view text);
  Verdict EndMessage(const Line& line, std::string_view text);
  Verdict Bounce(const Line& line, std::string_view text);
  Verdict DiscardedBounce(const Line& line, std::string_view text) const;
  Verdict Start(const Line& line, std::string_view text, Blanks blanks);
  Verdict Result(const Line& line, std::string_view text, Blanks blanks);
  Verdict Status(const Line& line, std::string_view text);
  Verdict Exited(const Line& line, std::string_view queue);

  void Describe(const ResultLine& result, Channel channel, DeliveryAttempt& event);
  void AddTimes(const Line& line, const OpenDelivery& delivery, DeliveryAttempt& event);
  Hop HopOf(const DeliveryAttempt& event) const;
  void ReportLost(const Line& line, const PerChannel& lost) const;

  Message& Touch(const Line& line, uint64_t key);
  void SetInFlight(const Line& line, Message& message, bool in_flight);

  const CollectorOptions options_;
  MessageTable<Message> messages_;
  OpenDeliveries deliveries_;
  Concurrency concurrency_;
  CutLine cut_;
  uint64_t in_flight_ = 0;
  int64_t now_ns_ = 0;  // log time, carried over lines without a stamp
  // No state:
  std::string host_, tag_;             // of the last line,
  uint64_t log_ = Hash({}, Hash({}));  // its LogOf()
  std::string about_;                  // and its message
  std::string report_;                 // scratch: the report now at hand, readable
  ReasonMemo reasons_;
};

extern const CollectorType kCollectorType;

}  // namespace mta::qmail
