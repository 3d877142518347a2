#include "exporter/app/trace/candidates.h"

#include <algorithm>

#include "exporter/events/queued_as.h"

namespace mta {
namespace {

bool LinesBearQueueId(std::string_view mta) {
  return std::ranges::all_of(CollectorTypes(), [mta](const CollectorType* type) {
    return type->mta != mta || type->lines_bear_queue_id;
  });
}

}  // namespace

using Kind = SearchKey::Kind;

void Candidates::BeginLine(const LogRecord& record, std::string_view mta) {
  if (record.time_ns != kNoTime) now_ns_ = record.time_ns;
  mta_ = mta;
}

void Candidates::Add(std::string_view queue_id) {
  if (queue_id.empty() || queue_ids_.find(queue_id) != queue_ids_.end()) return;
  queue_ids_.emplace(queue_id);
  in_order_.emplace_back(queue_id);
  new_.emplace_back(queue_id);
  unnamed_lines_ = unnamed_lines_ || !LinesBearQueueId(mta_);
  if (in_order_.size() <= kMost) return;
  overflowed_ = true;
  queue_ids_.erase(in_order_.front());
  in_order_.pop_front();
}

void Candidates::On(const LogRecord&, const DeliveryAttempt& event) {
  const bool found = Looks(Kind::kAttempt)     ? selection_.MatchesAttempt(event, now_ns_)
                     : Looks(Kind::kRecipient) ? selection_.MatchesRecipient(event.recipient) ||
                                                     (!event.original_recipient.empty() &&
                                                      selection_.MatchesRecipient(event.original_recipient))
                                               : Looks(Kind::kAnything);
  if (!found) return;
  Add(event.queue_id);
  const std::string_view next = event.status == DeliveryStatus::kSent ? QueuedAs(event) : std::string_view();
  if (!next.empty() && related_.size() < kMost) related_.emplace(next);
}

void Candidates::On(const LogRecord&, const DeliveryPending& event) {
  if (Looks(Kind::kRecipient) && selection_.MatchesRecipient(event.recipient)) Add(event.queue_id);
}

void Candidates::On(const LogRecord&, const MessageSource& event) {
  if (Looks(Kind::kClient) && selection_.MatchesClient(event.client_name, event.client_address))
    Add(event.queue_id);
}

void Candidates::On(const LogRecord&, const MessageReceived& event) {
  const bool found =
      Looks(Kind::kMessageId) ? selection_.MatchesMessageId(event.message_id) : Looks(Kind::kAnything);
  if (found) Add(event.queue_id);
}

void Candidates::On(const LogRecord&, const MessageEnvelope& event) {
  if (Looks(Kind::kSender) && selection_.MatchesSender(event.sender)) Add(event.queue_id);
}

void Candidates::On(const LogRecord&, const MessageExpired& event) {
  if (Looks(Kind::kAttempt) && selection_.Wants(WantedStatus::kExpired)) Add(event.queue_id);
}

void Candidates::On(const LogRecord&, const Reject& event) {
  const bool found = Looks(Kind::kRecipient) ? selection_.MatchesRecipient(event.recipient)
                     : Looks(Kind::kSender)  ? selection_.MatchesSender(event.sender)
                     : Looks(Kind::kAttempt) ? selection_.relays.empty()
                                             : false;
  if (found) Add(event.queue_id);
}

void Candidates::On(const LogRecord&, const MessageRemoved& event) {
  if (Looks(Kind::kAnything)) Add(event.queue_id);
}

void Candidates::On(const LogRecord&, const BounceMessage& event) {
  if (Looks(Kind::kAnything)) Add(event.queue_id);
}

}  // namespace mta
