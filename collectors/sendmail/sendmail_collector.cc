#include "collectors/sendmail/sendmail_collector.h"

#include <algorithm>

#include "collectors/sendmail/dispatch.h"
#include "collectors/sendmail/specific_metrics.h"
#include "collectors/sendmail/transport.h"
#include "collectors/sendmail/unescape.h"

namespace mta::sendmail {
namespace {

constexpr uint32_t kStateVersion = 1;

std::unique_ptr<Collector> Make(const CollectorOptions& options) {
  return std::make_unique<SendmailCollector>(options);
}

}  // namespace

const CollectorType kCollectorType = {
    .mta = "sendmail", .make = Make, .metrics = kSpecificMetrics, .transports = kTransports};

SendmailCollector::SendmailCollector(const CollectorOptions& options) : options_(options) {
  Forget();
}

void SendmailCollector::Forget() {
  memory_ = std::make_unique<Memory>(options_.max_messages, options_.max_age_ns);
}

bool SendmailCollector::IsSendmailTag(std::string_view tag) const {
  return std::find(options_.sendmail_tags.begin(), options_.sendmail_tags.end(), tag) !=
         options_.sendmail_tags.end();
}

Verdict SendmailCollector::Step(const LogRecord& record, EventSink& sink) {
  queue_id_ = {};
  const bool known_sendmail = IsSendmailTag(record.tag);
  if (!known_sendmail && !options_.only_mta) return Verdict::kForeign;
  if (record.time_ns != kNoTime) memory_->now_ns = record.time_ns;
  const LineHead head = ReadLineHead(Unescape(record.message, scratch_), known_sendmail);
  queue_id_ = head.queue_id;
  const Line line{record, sink, head.queue_id, head.body};
  return Dispatch(head, line, {known_sendmail, options_.internal_relays}, *memory_);
}

CollectorWarning SendmailCollector::warning() const {
  if (!memory_->log_level.hides_deferred()) return {};
  return {"sendmail_loglevel_hides_deferred",
          "sendmail's LogLevel is below 9, so deferred mail is not in the log and not in the metrics: set "
          "confLOG_LEVEL to 9 (docs/sendmail.md)"};
}

void SendmailCollector::Save(ByteWriter& out) const {
  out.Put(kStateVersion);
  out.Put(memory_->now_ns);
  memory_->log_level.Save(out);
  memory_->messages.Save(out);
}

bool SendmailCollector::Restore(ByteReader& in) {
  Forget();
  if (in.Get<uint32_t>() == kStateVersion) {
    memory_->now_ns = in.Get<int64_t>();
    memory_->log_level.Restore(in);
    if (memory_->messages.Restore(in) && in.ok()) return true;
  }
  Forget();
  return false;
}

}  // namespace mta::sendmail
