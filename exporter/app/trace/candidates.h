// Candidates: the queue ids of messages that a selection may be about, found by one condition of it.
//
// Watches events; bounded: of more than kMost ids the oldest go.  One thread.
#pragma once

#include <deque>
#include <string>

#include "exporter/app/trace/message_observer.h"
#include "exporter/app/trace/selection.h"
#include "exporter/app/trace/story_builder.h"

namespace mta {

class Candidates final : public MessageObserver {
 public:
  static constexpr size_t kMost = 200'000;

  // Both must outlive this.
  Candidates(const Selection& selection, SearchKey::Kind key) : selection_(selection), key_(key) {}

  const TextSet& queue_ids() const { return queue_ids_; }
  // What the next host called them, as it said.
  const TextSet& related() const { return related_; }
  // The ids found since the last call.
  std::vector<std::string> TakeNew() { return std::exchange(new_, {}); }
  // An MTA whose lines do not all name their message has some.
  bool unnamed_lines() const { return unnamed_lines_; }
  bool overflowed() const { return overflowed_; }

  void BeginLine(const LogRecord& record, std::string_view mta) override;
  void EndLine(const LogRecord&, Verdict, std::string_view) override {}

  using MessageObserver::On;
  void On(const LogRecord& record, const DeliveryAttempt& event) override;
  void On(const LogRecord& record, const MessageSource& event) override;
  void On(const LogRecord& record, const MessageReceived& event) override;
  void On(const LogRecord& record, const MessageEnvelope& event) override;
  void On(const LogRecord& record, const MessageRemoved& event) override;
  void On(const LogRecord& record, const MessageExpired& event) override;
  void On(const LogRecord& record, const BounceMessage& event) override;
  void On(const LogRecord& record, const Reject& event) override;
  void On(const LogRecord& record, const DeliveryPending& event) override;

 private:
  bool Looks(SearchKey::Kind kind) const { return key_ == kind; }
  void Add(std::string_view queue_id);

  const Selection& selection_;
  const SearchKey::Kind key_;
  int64_t now_ns_ = kNoTime;
  std::string_view mta_;
  TextSet queue_ids_;
  TextSet related_;
  std::deque<std::string> in_order_;
  std::vector<std::string> new_;
  bool unnamed_lines_ = false;
  bool overflowed_ = false;
};

}  // namespace mta
