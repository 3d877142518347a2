// Postfix queue ids (Postfix 2.9–3.12, src/global/mail_queue.h).
//
// Short: the microseconds as five upper-case hex digits, then the inode in hex.  Long
// (enable_long_queue_ids): seconds in base 52 (six or more), microseconds in base 52 (four), `z`, the inode
// in base 51; digits and consonants only.
#pragma once

#include <cstring>
#include <string_view>

#include "exporter/base/ascii.h"
#include "exporter/base/scanner.h"

namespace mta::postfix {

inline bool IsLongIdCharacter(char c) {
  if (IsDigit(c)) return true;
  const char lower = ToLower(c);
  return IsAlpha(c) && lower != 'a' && lower != 'e' && lower != 'i' && lower != 'o' && lower != 'u';
}

inline bool IsQueueId(std::string_view word) {
  constexpr size_t kShortMinimum = 6;
  constexpr size_t kLongSeparator = 10;  // the `z` comes after seconds and microseconds
  size_t hex = 0;
  while (hex < word.size() && IsUpperHex(word[hex])) ++hex;
  if (hex == word.size()) return hex >= kShortMinimum;
  if (word.size() <= kLongSeparator + 1) return false;
  for (char c : word) {
    if (!IsLongIdCharacter(c)) return false;
  }
  return word.substr(kLongSeparator).find('z') != std::string_view::npos;
}

// Takes `QID: `.  Leaves the scanner alone where no queue id stands.
inline bool TakeQueueId(Scanner& in, std::string_view& queue_id) {
  constexpr size_t kLongest = 32;
  const std::string_view head = in.rest().substr(0, kLongest);
  const size_t colon = head.find(": ");
  if (colon == std::string_view::npos || !IsQueueId(head.substr(0, colon))) return false;
  queue_id = head.substr(0, colon);
  in.Skip(colon + 2);
  return true;
}

}  // namespace mta::postfix
