// The collector of sendmail's log lines: sendmail 8.8 to 8.18, any tag.  docs/sendmail.md says what it
// counts.
//
// A line runs through unescape.h, line_head.h and dispatch.h to one step of steps.h.  Between lines it
// remembers only which messages were deferred or given up (bounded), whether the LogLevel hides deferrals,
// and the time.
#pragma once

#include <memory>
#include <string>

#include "collectors/collector.h"
#include "collectors/sendmail/line.h"

namespace mta::sendmail {

extern const CollectorType kCollectorType;

class SendmailCollector final : public Collector {
 public:
  explicit SendmailCollector(const CollectorOptions& options);

  Verdict Step(const LogRecord& record, EventSink& sink) override;
  std::string_view queue_id() const override { return queue_id_; }
  TrackingStats tracking() const override { return memory_->messages.stats(); }
  CollectorWarning warning() const override;
  void Save(ByteWriter& out) const override;
  bool Restore(ByteReader& in) override;

 private:
  bool IsSendmailTag(std::string_view tag) const;
  void Forget();

  const CollectorOptions options_;
  std::unique_ptr<Memory> memory_;
  std::string scratch_;        // an unescaped line; no state
  std::string_view queue_id_;  // of the last line; no state
};

}  // namespace mta::sendmail
