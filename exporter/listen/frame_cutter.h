// FrameCutter: the bytes of one syslog connection, in chunks of any size, to messages (RFC 6587).
//
// A frame that begins with a number and a blank is counted by octets (`63 <22>Nov 22 …`); every other one
// ends with a newline, or with the NUL of glibc's syslog(3).  Senders of both kinds, even on one connection,
// are understood.  What ends a counted message is taken off, too.  A message of more than kMaxMessageBytes is
// skipped and reported by its size.  Memory: what an unfinished message has so far.  One thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "exporter/base/bytes.h"
#include "exporter/listen/message_batch.h"

namespace mta {

class FrameCutter {
 public:
  static constexpr size_t kMaxMessageBytes = 64 * 1024;

  void Feed(std::string_view chunk, MessageBatch& out);
  // The connection ends: what waits is a message though nothing ends it, unless a counted one is incomplete,
  // which is reported as `true`.
  bool Finish(MessageBatch& out);

  // Of a message under way; Restore() false: it cannot be, and begins anew.
  void Save(ByteWriter& out) const;
  bool Restore(ByteReader& in);

 private:
  enum class State : uint8_t { kBegin, kCounted, kToNewline };

  void Begin(std::string_view& chunk);
  void TakeCounted(std::string_view& chunk, MessageBatch& out);
  void TakeToNewline(std::string_view& chunk, MessageBatch& out);
  void Keep(std::string_view part);
  void End(std::string_view rest, MessageBatch& out);

  State state_ = State::kBegin;
  std::string partial_;       // of the message under way, or of its count
  uint64_t size_bytes_ = 0;   // of the message so far, also where it is too long to be kept
  uint64_t still_bytes_ = 0;  // of a counted message
};

// A message without what ends it: newlines, NULs, carriage returns.
std::string_view WithoutEnd(std::string_view message);

}  // namespace mta
