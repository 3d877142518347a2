// Postfix queue ids (Postfix 2.9–3.12, src/global/mail_queue.h).
//
// Short: the microseconds as five upper-case hex digits, then the inode in hex.  Long
// (enable_long_queue_ids): seconds in base 52 (six or more), microseconds in base 52 (four), `z`, the inode
// in base 51; digits and consonants only.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "exporter/base/ascii.h"
#include "exporter/base/scanner.h"

namespace mta::postfix {

namespace queue_id_detail {
enum : uint8_t { kShort = 1, kLong = 2 };  // characters of the two kinds of ids

constexpr std::array<uint8_t, 256> MakeKinds() {
  std::array<uint8_t, 256> kinds = {};
  for (size_t i = 0; i < kinds.size(); ++i) {
    const char c = static_cast<char>(i);
    const char lower = ToLower(c);
    const bool vowel = lower == 'a' || lower == 'e' || lower == 'i' || lower == 'o' || lower == 'u';
    kinds[i] = static_cast<uint8_t>((IsUpperHex(c) ? kShort : 0) | (IsAlnum(c) && !vowel ? kLong : 0));
  }
  return kinds;
}
inline constexpr std::array<uint8_t, 256> kKinds = MakeKinds();
}  // namespace queue_id_detail

// How many characters at the beginning of `text` are a queue id; 0 where none stands there.
inline size_t QueueIdLength(std::string_view text) {
  using namespace queue_id_detail;
  constexpr size_t kShortMinimum = 6;
  constexpr size_t kLongSeparator = 10;  // the `z` comes after seconds and microseconds
  constexpr size_t kLongest = 32;
  uint8_t kind = kShort | kLong;
  size_t n = 0;
  for (; n < text.size(); ++n) {
    const uint8_t next = kKinds[static_cast<unsigned char>(text[n])];
    if (next == 0) break;
    kind &= next;
  }
  if (n > kLongest) return 0;
  if ((kind & kShort) != 0) return n >= kShortMinimum ? n : 0;
  const bool separated =
      n > kLongSeparator + 1 && text.substr(kLongSeparator, n - kLongSeparator).find('z') != text.npos;
  return (kind & kLong) != 0 && separated ? n : 0;
}

inline bool IsQueueId(std::string_view word) {
  return !word.empty() && QueueIdLength(word) == word.size();
}

// Takes `QID: `.  Leaves the scanner alone where no queue id stands.
inline bool TakeQueueId(Scanner& in, std::string_view& queue_id) {
  const std::string_view text = in.rest();
  const size_t length = QueueIdLength(text);
  if (length == 0 || !text.substr(length).starts_with(": ")) return false;
  queue_id = text.substr(0, length);
  in.Skip(length + 2);
  return true;
}

}  // namespace mta::postfix
