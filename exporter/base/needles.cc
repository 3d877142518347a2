#include "exporter/base/needles.h"

#include <algorithm>
#include <utility>

#include "exporter/base/ascii.h"

namespace mta {

Needles::Needles(std::vector<std::string> words) : words_(std::move(words)) {
  if (words_.empty() || words_.size() > kMost) return;
  const auto shorter = [](const std::string& a, const std::string& b) { return a.size() < b.size(); };
  const size_t window = std::min<size_t>(std::ranges::min_element(words_, shorter)->size(), UINT8_MAX);
  if (window <= kGram) return;
  shortest_ = window;
  skip_.fill(static_cast<uint8_t>(window - kGram));
  first_.assign(skip_.size(), kNone);
  next_.assign(words_.size(), kNone);
  for (uint32_t word = 0; word < words_.size(); ++word) {
    const char* const text = words_[word].data();
    for (size_t end = kGram + 1; end <= window; ++end) {
      uint8_t& skip = skip_[SlotBefore(text + end)];
      skip = std::min(skip, static_cast<uint8_t>(window - end));
    }
    uint32_t& first = first_[SlotBefore(text + window)];
    next_[word] = std::exchange(first, word);
  }
}

size_t Needles::Find(std::string_view text, size_t from) const {
  if (text.size() < shortest_) return std::string_view::npos;
  const size_t last = text.size() - shortest_;
  for (size_t begin = from; begin <= last; ++begin) {
    uint32_t slot = SlotBefore(text.data() + begin + shortest_);
    for (size_t skip; (skip = skip_[slot]) != 0;) {
      begin += skip;
      if (begin > last) return std::string_view::npos;
      slot = SlotBefore(text.data() + begin + shortest_);
    }
    if (AnyWordAt(text, begin, slot)) return begin;
  }
  return std::string_view::npos;
}

bool Needles::AnyWordAt(std::string_view text, size_t begin, uint32_t slot) const {
  for (uint32_t word = first_[slot]; word != kNone; word = next_[word]) {
    if (EqualsIgnoreCase(text.substr(begin, words_[word].size()), words_[word])) return true;
  }
  return false;
}

}  // namespace mta
