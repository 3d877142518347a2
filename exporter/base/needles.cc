#include "exporter/base/needles.h"

#include <algorithm>
#include <bit>
#include <utility>

#include "exporter/base/ascii.h"

namespace mta {

Needles::Needles(std::vector<std::string> words) {
  if (words.empty() || words.size() > kMost) return;
  window_ = UINT8_MAX;
  for (std::string& word : words) {
    window_ = std::min(window_, word.size());
    words_.push_back({std::move(word)});
  }
  if (!can_search()) return;
  const auto table_bits =
      std::min(kMostTableBits, 6 + static_cast<int>(std::bit_width(words_.size() * window_)));
  slot_shift_ = 32 - table_bits;
  const size_t slots = size_t{1} << table_bits;
  PlaceWindows(slots);
  skip_.assign(slots, static_cast<uint8_t>(window_ - kGram + 1));
  first_.assign(slots, kNone);
  for (uint32_t i = 0; i < words_.size(); ++i) {
    Word& word = words_[i];
    const char* const window = word.text.data() + word.window_at;
    for (size_t at = 0; at <= window_ - kGram; ++at) {
      uint8_t& skip = skip_[Slot(window + at)];
      skip = std::min(skip, static_cast<uint8_t>(window_ - kGram - at));
    }
    word.next = std::exchange(first_[Slot(window + window_ - kGram)], i);
  }
}

// Words of a kind often have parts in common, a date or a domain: the window of each ends where it has least
// of that.
void Needles::PlaceWindows(size_t slots) {
  std::vector<uint32_t> uses(slots);
  for (const Word& word : words_) {
    for (size_t at = 0; at + kGram <= word.text.size(); ++at) ++uses[Slot(word.text.data() + at)];
  }
  for (Word& word : words_) {
    const auto uses_at = [&](size_t begin) { return uses[Slot(word.text.data() + begin + window_ - kGram)]; };
    for (size_t begin = 1; begin + window_ <= word.text.size(); ++begin) {
      if (uses_at(begin) < uses_at(word.window_at)) word.window_at = begin;
    }
  }
}

void Needles::FindAll(std::string_view text, std::vector<size_t>& found) const {
  if (text.size() < window_) return;
  const size_t found_before = found.size();
  const size_t places = text.size() - window_ + 1;
  std::array<size_t, kLanes> at;
  std::array<size_t, kLanes> end;
  for (size_t lane = 0; lane < kLanes; ++lane) {
    at[lane] = places * lane / kLanes;
    end[lane] = places * (lane + 1) / kLanes;
  }
  const char* const last_gram = text.data() + window_ - kGram;
  const uint8_t* const skip = skip_.data();
  const auto look = [&](size_t lane) {
    if (skip[Slot(last_gram + at[lane])] == 0) Check(text, at[lane]++, found);
  };
  const size_t longest_step = window_ - kGram + 2;  // a skip, and one place after a look
  for (;;) {
    size_t room = SIZE_MAX;
    for (size_t lane = 0; lane < kLanes; ++lane) room = std::min(room, end[lane] - at[lane]);
    if (room < longest_step) break;
    for (size_t steps = room / longest_step; steps > 0; --steps) {
      bool any = false;
      for (size_t lane = 0; lane < kLanes; ++lane) {
        const uint8_t distance = skip[Slot(last_gram + at[lane])];
        at[lane] += distance;
        any |= distance == 0;
      }
      if (!any) continue;
      for (size_t lane = 0; lane < kLanes; ++lane) look(lane);
    }
  }
  for (size_t lane = 0; lane < kLanes; ++lane) {
    while (at[lane] < end[lane]) {
      at[lane] += skip[Slot(last_gram + at[lane])];
      if (at[lane] < end[lane]) look(lane);
    }
  }
  std::sort(found.begin() + static_cast<std::ptrdiff_t>(found_before), found.end());
}

void Needles::Check(std::string_view text, size_t at, std::vector<size_t>& found) const {
  for (uint32_t i = first_[Slot(text.data() + at + window_ - kGram)]; i != kNone; i = words_[i].next) {
    const Word& word = words_[i];
    if (at < word.window_at) continue;
    if (!EqualsIgnoreCase(text.substr(at - word.window_at, word.text.size()), word.text)) continue;
    found.push_back(at);
    return;
  }
}

}  // namespace mta
