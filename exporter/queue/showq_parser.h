// ShowqParser: what Postfix's showq(8) says of the queues, in both of its languages.
//
// Since 3.0 attributes, NUL-terminated: name, value, name, value, and an empty name behind each message;
// another one ends the list (src/showq/showq.c).  Before: the text that mailq prints.  Fed piece by piece,
// keeps no message; one thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "exporter/queue/queue_report.h"
#include "exporter/record/local_zone.h"

namespace mta {

class ShowqParser {
 public:
  // The queues that showq lists.
  static constexpr std::array<std::string_view, 5> kQueues = {"incoming", "active", "deferred", "hold",
                                                              "maildrop"};

  // `now_seconds`: the text has arrival times without a year.
  explicit ShowqParser(int64_t now_seconds);

  // False: this is not showq's language; nothing more is taken.
  bool Feed(std::string_view bytes);
  // The list has ended as showq ends it.
  bool complete() const { return state_ == State::kComplete; }
  // All of kQueues.  Only worth anything once complete().
  const std::array<QueueFigures, kQueues.size()>& figures() const { return figures_; }

 private:
  enum class State { kBegin, kAttributes, kText, kComplete, kBroken };
  struct Message {
    std::string queue;
    std::optional<uint64_t> bytes;
    std::optional<int64_t> arrival_seconds;
  };

  void Put(char c);
  void EndField();
  void TakeAttribute();
  void EndRecord();
  void EndLine();
  bool StartTextMessage(std::string_view line);
  void EndTextMessage();
  bool Count(const Message& message);
  std::optional<int64_t> ParseTime(std::string_view text);

  const int64_t now_seconds_;
  LocalZone zone_;
  State state_ = State::kBegin;
  std::array<QueueFigures, kQueues.size()> figures_;
  std::string field_;  // the present field or line, cut at a bound
  std::string name_;   // attributes: the name whose value comes next
  bool in_value_ = false;
  bool record_empty_ = true;
  std::optional<Message> message_;
  bool past_incoming_ = false;  // text: an active or deferred message was listed
};

}  // namespace mta
