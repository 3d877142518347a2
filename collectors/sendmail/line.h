// One line on its way through the collector, and what the steps for the single kinds of lines share.
#pragma once

#include <cstdint>
#include <string_view>

#include "collectors/collector.h"
#include "collectors/message_table.h"
#include "collectors/sendmail/log_level_watch.h"
#include "exporter/events/reason_memo.h"

namespace mta::sendmail {

// A record without its head, unescaped.  Borrowed: valid only during the step.
struct Line {
  const LogRecord& record;
  EventSink& sink;
  std::string_view queue_id;  // empty where the line has none, and for NOQUEUE
  std::string_view body;

  template <typename Event>
  void Emit(const Event& event) const {
    sink.On(record, event);
  }
};

// What is remembered of a message, once there is something to count only once.
struct MessageFacts {
  uint8_t deferred = 0;  // flags, as bytes because they are saved as such
  uint8_t expired = 0;
};

// All the collector remembers between lines.
struct Memory {
  Memory(size_t max_messages, int64_t max_age_ns) : messages(max_messages, max_age_ns) {}

  MessageFacts& Message(const Line& line) {
    return messages.Touch(MessageKey(line.record.host, line.queue_id), now_ns);
  }

  MessageTable<MessageFacts> messages;
  LogLevelWatch log_level;
  int64_t now_ns = 0;  // of the last line that bore a time
  ReasonMemo reasons;  // no state
};

// sendmail says only in few lines which of its listeners (DaemonPortOptions Name=) a client came through.
constexpr std::string_view kUnknownListener = "unknown";

}  // namespace mta::sendmail
