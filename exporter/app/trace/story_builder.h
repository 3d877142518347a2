// StoryBuilder: puts the events of a log together to stories.
//
// Takes the messages whose ids it is told to, or all of them.  The life of a message begins with its arrival
// and ends with its removal; an arrival under an id whose last message was not seen to end begins a new story
// all the same. Only what the collector says of a line decides whose it is, so no text in it can put it into
// another story.
//
// Bounded: kMostAttempts, kMostNotes and kMostLines of a message; of messages as many as it is told to take,
// or, where it takes all, as many as Prune() leaves.  One thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "exporter/app/trace/message_observer.h"
#include "exporter/app/trace/story.h"

namespace mta {

struct TextHash {
  using is_transparent = void;
  size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};
using TextSet = std::unordered_set<std::string, TextHash, std::equal_to<>>;

class StoryBuilder final : public MessageObserver {
 public:
  static constexpr size_t kMostAttempts = 10'000;
  static constexpr size_t kMostNotes = 100;
  static constexpr size_t kMostLines = 20'000;

  struct Options {
    const TextSet* queue_ids = nullptr;  // of the messages to take; nullptr: all.  Outlives the builder
    // Message-IDs of messages that were taken; their other queue ids are told by related().  Grows.
    TextSet* message_ids = nullptr;
    bool keep_lines = false;
    bool keep_refusals = false;  // commands refused before there was a message become stories
  };
  explicit StoryBuilder(Options options) : options_(options) {}

  // The log the next lines are of; stands for the host where they have none.
  void SetLog(std::string name) { log_ = std::move(name); }

  std::vector<Story>& stories() { return stories_; }
  // Queue ids of messages that were not taken and seem to belong to one that was.
  const TextSet& related() const { return related_; }
  // Story that the last line was about; nullptr for none.
  Story* last_touched() { return touched_ == kNone ? nullptr : &stories_[touched_]; }
  // A story that another builder began goes on here.
  void Adopt(Story story);
  // Forgets the stories that `done` says are done with; indices change.
  void Prune(const std::function<bool(const Story&)>& done);

  void BeginLine(const LogRecord& record, std::string_view mta) override;
  void EndLine(const LogRecord& record, Verdict verdict, std::string_view queue_id) override;

  using MessageObserver::On;
  void On(const LogRecord& record, const DeliveryAttempt& event) override;
  void On(const LogRecord& record, const MessageSource& event) override;
  void On(const LogRecord& record, const MessageReceived& event) override;
  void On(const LogRecord& record, const MessageEnvelope& event) override;
  void On(const LogRecord& record, const MessageRemoved& event) override;
  void On(const LogRecord& record, const MessageExpired& event) override;
  void On(const LogRecord& record, const BounceMessage& event) override;
  void On(const LogRecord& record, const Reject& event) override;
  void On(const LogRecord& record, const ConnectionError& event) override;
  void On(const LogRecord& record, const DeliveryPending& event) override;
  void On(const LogRecord& record, const MessageAction& event) override;
  void On(const LogRecord& record, const MessageForked& event) override;

 private:
  static constexpr size_t kNone = SIZE_MAX;

  bool Wanted(std::string_view queue_id) const;
  std::string_view HostOf(const LogRecord& record) const;
  const std::string& KeyOf(std::string_view mta, std::string_view host, std::string_view queue_id);
  const std::string& KeyOf(const LogRecord& record, std::string_view queue_id);
  Story& New(const LogRecord& record, std::string_view queue_id);
  // The story of the message, made if there is none; nullptr where it is not wanted.
  Story* Of(const LogRecord& record, std::string_view queue_id);
  // The same where the message begins: an old story under this id is over.
  Story* Beginning(const LogRecord& record, std::string_view queue_id,
                   bool (*is_other)(const Story&, int64_t now_ns));
  void Touch(Story& story, const LogRecord& record);
  void Relate(std::string_view queue_id);
  void NameRefused(Story& story, std::string_view recipient);

  const Options options_;
  std::string log_;
  std::string_view mta_;
  std::string key_;  // scratch
  int64_t now_ns_ = kNoTime;
  uint64_t line_number_ = 0;
  size_t touched_ = kNone;
  std::vector<Story> stories_;
  TextSet related_;
  TextSet bounce_processes_;
  std::unordered_map<std::string, size_t> open_;  // by key, the story that goes on under it
};

}  // namespace mta
