// Needles: where any of many words stands in a text, letter case of ASCII aside, without looking at every
// byte.
//
// Wu and Manber's search: a window as long as the shortest word moves over the text, and a table tells by the
// four characters at its end how far it may move at least.  Each move waits for the one before, so eight
// windows move at once, each over its own part of the text.  A word of fewer than four characters, or no word
// at all, cannot be searched for like that: then can_search() is false.  After the constructor any thread may
// call.
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
  // A thousand words cost twice what one costs; with far more, reading every line is the better way.
  static constexpr size_t kMost = 4096;

  Needles() = default;
  explicit Needles(std::vector<std::string> words);

  bool can_search() const { return window_ >= kGram; }

  // Adds to `found` a place inside each word that stands in `text`, in rising order.  can_search() only.
  void FindAll(std::string_view text, std::vector<size_t>& found) const;

 private:
  static constexpr size_t kGram = 4;
  static constexpr size_t kLanes = 8;
  static constexpr uint32_t kNone = UINT32_MAX;
  static constexpr int kMostTableBits = 16;  // 64 KiB stay in the cache

  struct Word {
    std::string text;
    size_t window_at = 0;   // the part of it that the window looks for
    uint32_t next = kNone;  // the next word whose window ends alike
  };

  // Of the gram that begins there.  Bit 5 is what differs between a letter and its capital.
  uint32_t Slot(const char* gram) const {
    uint32_t four = 0;
    std::memcpy(&four, gram, sizeof four);
    return (four & 0x5F5F5F5FU) * 2654435761U >> slot_shift_;
  }
  void PlaceWindows(size_t slots);
  // A window stands at `at`, and its end is that of a word's window.
  void Check(std::string_view text, size_t at, std::vector<size_t>& found) const;

  std::vector<Word> words_;
  size_t window_ = 0;
  int slot_shift_ = 0;
  std::vector<uint8_t> skip_;    // by slot of the window's last gram: how far to move; 0: a word may be here
  std::vector<uint32_t> first_;  // by slot: the first word whose window ends with it
};

}  // namespace mta
