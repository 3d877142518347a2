#include "exporter/journal/journal_cursor.h"

#include <charconv>

namespace mta {
namespace {

// The value behind `key` (as in "s="); empty where there is none.
std::string_view Field(std::string_view cursor, std::string_view key) {
  while (!cursor.empty()) {
    const std::string_view part = cursor.substr(0, cursor.find(';'));
    if (part.starts_with(key)) return part.substr(key.size());
    cursor.remove_prefix(part.size() == cursor.size() ? part.size() : part.size() + 1);
  }
  return {};
}

std::optional<uint64_t> Number(std::string_view cursor) {
  const std::string_view text = Field(cursor, "i=");
  uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::optional<uint64_t> RecordsBetween(std::string_view earlier_cursor, std::string_view later_cursor) {
  const std::string_view sequence = Field(earlier_cursor, "s=");
  const auto earlier = Number(earlier_cursor);
  const auto later = Number(later_cursor);
  if (sequence.empty() || sequence != Field(later_cursor, "s=") || !earlier || !later || *later <= *earlier)
    return std::nullopt;
  return *later - *earlier - 1;
}

}  // namespace mta
