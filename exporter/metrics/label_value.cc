#include "exporter/metrics/label_value.h"

#include <algorithm>
#include <cstdint>

namespace mta {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

struct Character {
  size_t size = 1;  // bytes it takes; of an ill-formed part: how many belong to it
  uint32_t code = 0;
  bool valid = false;
};

// The first character of `text`, which is not empty.  Table 3-7 of the Unicode standard: the second byte's
// range depends on the first, which excludes overlong forms, surrogates and what lies beyond U+10FFFF.
Character Decode(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(0);
  if (lead < 0x80) return {1, lead, true};
  if (lead < 0xC2 || lead > 0xF4) return {};
  const size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  uint8_t low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  uint8_t high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  uint32_t code = lead & (0x7Fu >> size);
  for (size_t i = 1; i < size; ++i) {
    if (i >= text.size() || byte(i) < low || byte(i) > high) return {i, 0, false};
    code = code << 6 | (byte(i) & 0x3Fu);
    low = 0x80;
    high = 0xBF;
  }
  return {size, code, true};
}

bool IsShowable(uint32_t code) {
  if (code < 0x20 || (code >= 0x7F && code < 0xA0)) return false;  // C0, DEL, C1
  if (code == 0x2028 || code == 0x2029) return false;              // line and paragraph separator
  const bool turns_direction = code == 0x061C || code == 0x200E || code == 0x200F ||
                               (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
  return !turns_direction;
}

}  // namespace

bool IsPlainLabelValue(std::string_view value) {
  return value.size() <= kMaxLabelValueBytes &&
         std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

std::string SanitiseLabelValue(std::string_view value, size_t max_bytes) {
  std::string clean;
  while (!value.empty()) {
    const Character c = Decode(value);
    const bool kept = c.valid && IsShowable(c.code);
    const std::string_view piece = kept ? value.substr(0, c.size) : kReplacement;
    if (clean.size() + piece.size() > max_bytes) break;
    clean += piece;
    value.remove_prefix(c.size);
  }
  return clean;
}

}  // namespace mta
