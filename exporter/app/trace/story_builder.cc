#include "exporter/app/trace/story_builder.h"

#include <algorithm>

#include "exporter/events/queued_as.h"

namespace mta {

bool StoryBuilder::Wanted(std::string_view queue_id) const {
  if (queue_id.empty()) return false;
  return options_.queue_ids == nullptr || options_.queue_ids->find(queue_id) != options_.queue_ids->end();
}

std::string_view StoryBuilder::HostOf(const LogRecord& record) const {
  return record.host.empty() ? std::string_view(log_) : record.host;
}

const std::string& StoryBuilder::KeyOf(std::string_view mta, std::string_view host,
                                       std::string_view queue_id) {
  key_.assign(mta);
  key_ += '\0';
  key_ += host;
  key_ += '\0';
  key_ += queue_id;
  return key_;
}

const std::string& StoryBuilder::KeyOf(const LogRecord& record, std::string_view queue_id) {
  return KeyOf(mta_, HostOf(record), queue_id);
}

void StoryBuilder::Adopt(Story story) {
  open_[KeyOf(story.mta, story.host, story.queue_id)] = stories_.size();
  stories_.push_back(std::move(story));
}

void StoryBuilder::Touch(Story& story, const LogRecord& record) {
  if (story.first_ns == kNoTime) story.first_ns = now_ns_;
  story.last_ns = std::max(story.last_ns, now_ns_);
  touched_ = static_cast<size_t>(&story - stories_.data());
}

Story& StoryBuilder::New(const LogRecord& record, std::string_view queue_id) {
  Story& story = stories_.emplace_back();
  story.mta = mta_;
  story.host = HostOf(record);
  story.queue_id = queue_id;
  if (!queue_id.empty()) open_[KeyOf(record, queue_id)] = stories_.size() - 1;
  return story;
}

Story* StoryBuilder::Of(const LogRecord& record, std::string_view queue_id) {
  // What two daemons write at once may come to the log in any order.
  constexpr int64_t kStragglerNs = 5'000'000'000;
  return Beginning(record, queue_id, [](const Story& known, int64_t now_ns) {
    return known.end == Story::End::kRemoved && now_ns - known.end_ns > kStragglerNs;
  });
}

Story* StoryBuilder::Beginning(const LogRecord& record, std::string_view queue_id,
                               bool (*is_other)(const Story&, int64_t now_ns)) {
  if (!Wanted(queue_id)) return nullptr;
  const auto known = open_.find(KeyOf(record, queue_id));
  if (record.time_ns != kNoTime) now_ns_ = record.time_ns;
  Story& story = known == open_.end() || is_other(stories_[known->second], now_ns_) ? New(record, queue_id)
                                                                                    : stories_[known->second];
  Touch(story, record);
  return &story;
}

void StoryBuilder::BeginLine(const LogRecord&, std::string_view mta) {
  mta_ = mta;
  touched_ = kNone;
}

void StoryBuilder::EndLine(const LogRecord& record, Verdict verdict, std::string_view queue_id) {
  ++line_number_;
  if (!options_.keep_lines || verdict == Verdict::kForeign) return;
  if (touched_ == kNone && Wanted(queue_id)) {  // a line that gave no event of its own
    const auto known = open_.find(KeyOf(record, queue_id));
    if (known != open_.end()) Touch(stories_[known->second], record);
  }
  if (touched_ == kNone || stories_[touched_].lines.size() >= kMostLines) return;
  stories_[touched_].lines.push_back({now_ns_, line_number_, std::string(record.line)});
}

void StoryBuilder::Prune(const std::function<bool(const Story&)>& done) {
  std::vector<Story> kept;
  std::vector<size_t> moved(stories_.size(), kNone);
  for (size_t i = 0; i < stories_.size(); ++i) {
    if (done(stories_[i])) continue;
    moved[i] = kept.size();
    kept.push_back(std::move(stories_[i]));
  }
  for (auto& [key, index] : open_) index = moved[index];
  std::erase_if(open_, [](const auto& entry) { return entry.second == kNone; });
  touched_ = touched_ == kNone ? kNone : moved[touched_];
  stories_ = std::move(kept);
}

void StoryBuilder::Relate(std::string_view queue_id) {
  if (!queue_id.empty() && !Wanted(queue_id)) related_.emplace(queue_id);
}

// --- arrival

void StoryBuilder::On(const LogRecord& record, const MessageSource& event) {
  Story* const story = Beginning(record, event.queue_id, [](const Story& known, int64_t) {
    return known.arrival_seen || known.envelope_seen || !known.attempts.empty() ||
           known.end == Story::End::kRemoved;
  });
  if (story == nullptr) {
    if (Wanted(event.original_queue_id)) Relate(event.queue_id);
    return;
  }
  Relate(event.original_queue_id);
  story->client_name = event.client_name;
  story->client_address = event.client_address;
  story->login = event.login;
  story->user_id = event.user_id;
  story->original_queue_id = event.original_queue_id;
  if (story->origin == Origin::kUnknown)
    story->origin =
        event.client_address.empty() && event.client_name.empty() ? Origin::kLocal : Origin::kSmtp;
}

void StoryBuilder::On(const LogRecord& record, const MessageReceived& event) {
  Story* const story = Beginning(record, event.queue_id, [](const Story& known, int64_t) {
    return known.arrival_seen || !known.attempts.empty() || known.end == Story::End::kRemoved;
  });
  TextSet* const known_ids = options_.message_ids;
  if (story == nullptr) {
    const bool same = known_ids != nullptr && known_ids->find(event.message_id) != known_ids->end();
    if (same || bounce_processes_.find(event.queue_process) != bounce_processes_.end())
      Relate(event.queue_id);
    return;
  }
  constexpr size_t kShortestId = 8;  // shorter ones are no one's own
  if (known_ids != nullptr && event.message_id.size() >= kShortestId) known_ids->emplace(event.message_id);
  story->arrival_seen = true;
  story->message_id = event.message_id;
  story->origin = event.origin;
  story->queue_process = event.queue_process;
}

void StoryBuilder::On(const LogRecord& record, const MessageEnvelope& event) {
  Story* const story = Of(record, event.queue_id);
  if (story == nullptr) return;
  story->envelope_seen = true;
  story->sender = event.sender;
  story->size_bytes = event.size_bytes;
  story->recipients = event.recipients;
}

// --- on its way

void StoryBuilder::On(const LogRecord& record, const DeliveryAttempt& event) {
  Story* const story = Of(record, event.queue_id);
  if (story == nullptr) return;
  std::erase_if(story->waiting, [&](const Waiting& w) { return w.recipient == event.recipient; });
  if (story->attempts.size() >= kMostAttempts) {
    story->attempts_left_out += record.repeat;
    return;
  }
  if (event.status == DeliveryStatus::kSent) Relate(QueuedAs(event));
  Attempt attempt;
  attempt.time_ns = now_ns_;
  attempt.recipient = event.recipient;
  attempt.original_recipient = event.original_recipient;
  attempt.transport = event.transport;
  attempt.relay = event.relay;
  attempt.status = event.status;
  attempt.hop = event.hop;
  attempt.enhanced_status = event.enhanced_status;
  attempt.reason = event.reason;
  attempt.text = event.text;
  attempt.delay_seconds = event.delay_seconds;
  attempt.duration_seconds = event.attempt_duration_seconds;
  attempt.phase_seconds = event.phase_seconds;
  attempt.repeat = record.repeat;
  story->attempts.push_back(std::move(attempt));
}

void StoryBuilder::On(const LogRecord& record, const DeliveryPending& event) {
  Story* const story = Of(record, event.queue_id);
  if (story == nullptr) return;
  if (event.state == DeliveryPending::State::kRefused) return NameRefused(*story, event.recipient);
  if (story->waiting.size() >= kMostAttempts) return;
  std::erase_if(story->waiting, [&](const Waiting& w) { return w.recipient == event.recipient; });
  story->waiting.push_back({now_ns_, std::string(event.recipient), event.state});
}

// The refusal of the content names no recipient; the lines after it name one each.
void StoryBuilder::NameRefused(Story& story, std::string_view recipient) {
  const auto refusal = std::ranges::find_if(story.refusals, [](const Refusal& known) {
    return known.command == SmtpCommand::kData || known.command == SmtpCommand::kEndOfData;
  });
  if (story.refusals.size() >= kMostNotes) return;
  if (refusal == story.refusals.end()) {  // by sendmail itself: too large, too many headers
    Refusal own;
    own.time_ns = now_ns_;
    own.command = SmtpCommand::kEndOfData;
    own.reason = Reason::kPolicy;
    own.recipient = recipient;
    story.refusals.push_back(std::move(own));
  } else if (!refusal->recipient.empty()) {
    Refusal another = *refusal;
    another.recipient = recipient;
    story.refusals.push_back(std::move(another));
  } else {
    refusal->recipient = recipient;
  }
}

void StoryBuilder::On(const LogRecord& record, const MessageAction& event) {
  Story* const story = Of(record, event.queue_id);
  if (story == nullptr || story->notes.size() >= kMostNotes) return;
  story->notes.push_back({now_ns_, std::string(event.action), std::string(event.text)});
  if (event.action != "unquarantine") return;
  for (Waiting& waiting : story->waiting) waiting.state = DeliveryPending::State::kQueued;
}

void StoryBuilder::On(const LogRecord& record, const ConnectionError& event) {
  Story* const story = Of(record, event.queue_id);
  if (story == nullptr || story->notes.size() >= kMostNotes) return;
  story->notes.push_back({now_ns_, "connection", std::string(event.text)});
}

void StoryBuilder::On(const LogRecord& record, const MessageForked& event) {
  Story* const story = Of(record, event.queue_id);
  if (story == nullptr || story->fork_queue_ids.size() >= kMostNotes) return;
  Relate(event.new_queue_id);
  story->fork_queue_ids.emplace_back(event.new_queue_id);
}

void StoryBuilder::On(const LogRecord& record, const Reject& event) {
  Story* story = Of(record, event.queue_id);
  if (story == nullptr) {
    if (!event.queue_id.empty() || !options_.keep_refusals) return;
    if (record.time_ns != kNoTime) now_ns_ = record.time_ns;
    story = &New(record, {});
    Touch(*story, record);
    story->end = Story::End::kRefused;
    story->sender = event.sender;
    story->envelope_seen = !event.sender.empty();
    story->client_address = event.client_address;
  }
  if (!story->envelope_seen && story->sender.empty()) story->sender = event.sender;
  if (story->refusals.size() >= kMostNotes) return;
  story->refusals.push_back({now_ns_, event.command, event.rejected_by, std::string(event.code), event.reason,
                             std::string(event.text), std::string(event.client_address),
                             std::string(event.sender), std::string(event.recipient)});
}

// --- its end

void StoryBuilder::On(const LogRecord& record, const MessageRemoved& event) {
  Story* const story = Of(record, event.queue_id);
  if (story == nullptr) return;
  story->end = Story::End::kRemoved;
  story->end_ns = now_ns_;
  story->lifetime_seconds = event.lifetime_seconds;
}

void StoryBuilder::On(const LogRecord& record, const MessageExpired& event) {
  if (Story* const story = Of(record, event.queue_id)) story->expired = true;
}

void StoryBuilder::On(const LogRecord& record, const BounceMessage& event) {
  Story* const story = Of(record, event.queue_id);
  if (story == nullptr || story->bounce_queue_ids.size() >= kMostNotes) return;
  story->sender_told = story->sender_told || event.kind == BounceKind::kNondelivery;
  if (!event.bounce_queue_id.empty()) story->bounce_queue_ids.emplace_back(event.bounce_queue_id);
  Relate(event.bounce_queue_id);
  if (event.bounce_queue_process.empty()) return;
  story->bounce_queue_processes.emplace_back(event.bounce_queue_process);
  bounce_processes_.emplace(event.bounce_queue_process);
}

}  // namespace mta
