// Needles: whether one of a few words stands somewhere in a text, letter case of ASCII aside, without looking
// at every byte.
//
// Wu and Manber's search: a table tells by three neighbouring characters how far the next match is away at
// least. Some hundred words of ten characters cost about what one costs; see kMost.  A word of fewer than
// four characters, or no word at all, cannot be searched for like that: then can_search() is false.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace mta {

class Needles {
 public:
  // More words find themselves so often that reading every line is the better way.
  static constexpr size_t kMost = 256;

  Needles() = default;
  explicit Needles(std::vector<std::string> words);

  bool can_search() const { return shortest_ > kGram; }
  const std::vector<std::string>& words() const { return words_; }

  // Where the first of the words begins in `text`, at or after `from`; npos where none does.  can_search()
  // only.
  size_t Find(std::string_view text, size_t from = 0) const;

 private:
  static constexpr size_t kGram = 3;
  static constexpr uint32_t kNone = UINT32_MAX;
  static constexpr int kTableBits = 14;

  // Bit 5 is what differs between a letter and its capital.
  static uint32_t Slot(uint32_t gram) { return (gram & 0x5F5F5FU) * 2654435761U >> (32 - kTableBits); }
  // Of the gram that ends before `end`.  Four bytes are one load; the one before the gram is shifted out.
  static uint32_t SlotBefore(const char* end) {
    uint32_t four = 0;
    std::memcpy(&four, end - kGram - 1, sizeof four);
    return Slot(four >> 8);
  }
  bool AnyWordAt(std::string_view text, size_t begin, uint32_t slot) const;

  std::vector<std::string> words_;
  size_t shortest_ = 0;
  std::array<uint8_t, 1U << kTableBits> skip_ = {};  // by the last three characters of the window
  std::vector<uint32_t> first_;                      // by slot: the first word whose window ends with it,
  std::vector<uint32_t> next_;                       // by word: the next one
};

}  // namespace mta
