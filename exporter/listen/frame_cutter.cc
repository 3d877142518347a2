#include "exporter/listen/frame_cutter.h"

#include <algorithm>

#include "exporter/base/ascii.h"

namespace mta {
namespace {

constexpr size_t kMostDigits = 9;    // of a count
constexpr size_t kKeptBytes = 4096;  // of memory, by a connection that is between two messages

}  // namespace

std::string_view WithoutEnd(std::string_view message) {
  while (!message.empty() && (message.back() == '\n' || message.back() == '\0' || message.back() == '\r'))
    message.remove_suffix(1);
  return message;
}

void FrameCutter::Feed(std::string_view chunk, MessageBatch& out) {
  while (!chunk.empty()) {
    if (state_ == State::kBegin) Begin(chunk);
    if (state_ == State::kCounted) TakeCounted(chunk, out);
    if (state_ == State::kToNewline) TakeToNewline(chunk, out);
  }
}

bool FrameCutter::Finish(MessageBatch& out) {
  const bool incomplete = state_ == State::kCounted;
  if (!incomplete && (!partial_.empty() || size_bytes_ > 0)) End({}, out);
  *this = FrameCutter();
  return incomplete;
}

void FrameCutter::Save(ByteWriter& out) const {
  out.Put(state_);
  out.Put(size_bytes_);
  out.Put(still_bytes_);
  out.PutBytes(partial_);
}

bool FrameCutter::Restore(ByteReader& in) {
  state_ = in.Get<State>();
  size_bytes_ = in.Get<uint64_t>();
  still_bytes_ = in.Get<uint64_t>();
  partial_ = in.GetBytes();
  const bool good = in.ok() && state_ <= State::kToNewline && partial_.size() <= kMaxMessageBytes &&
                    (state_ != State::kBegin || partial_.size() <= kMostDigits);
  if (!good) *this = FrameCutter();
  return good;
}

// Collects the digits of a count.  As soon as it cannot be one, they are the beginning of a message.
void FrameCutter::Begin(std::string_view& chunk) {
  while (!chunk.empty()) {
    const char c = chunk.front();
    if (IsDigit(c) && partial_.size() < kMostDigits && (c != '0' || !partial_.empty())) {
      partial_ += c;
      chunk.remove_prefix(1);
      continue;
    }
    size_bytes_ = partial_.size();
    state_ = State::kToNewline;
    if (c != ' ' || partial_.empty()) return;
    chunk.remove_prefix(1);
    still_bytes_ = *ParseUnsigned(partial_);
    partial_.clear();
    size_bytes_ = 0;
    state_ = State::kCounted;
    return;
  }
}

void FrameCutter::TakeCounted(std::string_view& chunk, MessageBatch& out) {
  const std::string_view part = chunk.substr(0, still_bytes_);
  chunk.remove_prefix(part.size());
  still_bytes_ -= part.size();
  if (still_bytes_ > 0) return Keep(part);
  End(part, out);
}

void FrameCutter::TakeToNewline(std::string_view& chunk, MessageBatch& out) {
  constexpr std::string_view kEnds("\n\0", 2);
  const size_t end = chunk.find_first_of(kEnds);
  if (end == chunk.npos) {
    Keep(chunk);
    chunk = {};
    return;
  }
  const std::string_view part = chunk.substr(0, end);
  chunk.remove_prefix(end + 1);
  End(part, out);
}

void FrameCutter::Keep(std::string_view part) {
  size_bytes_ += part.size();
  if (size_bytes_ <= kMaxMessageBytes) {
    partial_.append(part);
  } else {
    partial_ = {};
  }
}

// The message ends with `rest`.  One that has nothing is none: a newline behind a counted message, a NUL
// behind a newline.
void FrameCutter::End(std::string_view rest, MessageBatch& out) {
  size_bytes_ += rest.size();
  if (size_bytes_ > kMaxMessageBytes) {
    out.AddOversized(size_bytes_);
  } else {
    std::string_view message = rest;
    if (!partial_.empty()) message = partial_.append(rest);
    message = WithoutEnd(message);
    if (!message.empty()) out.Add(message);
  }
  partial_.clear();
  if (partial_.capacity() > kKeptBytes) partial_ = {};
  size_bytes_ = 0;
  state_ = State::kBegin;
}

}  // namespace mta
