#include "exporter/tail/multilog.h"

#include <algorithm>

#include "exporter/base/ascii.h"

namespace mta {

bool IsMultilogArchive(std::string_view name) {
  constexpr size_t kStampDigits = 24;
  if (name.size() != 1 + kStampDigits + 2 || name.front() != '@') return false;
  const auto is_hex = [](char c) { return IsDigit(c) || (c >= 'a' && c <= 'f'); };
  const std::string_view stamp = name.substr(1, kStampDigits);
  const std::string_view suffix = name.substr(1 + kStampDigits);
  return std::all_of(stamp.begin(), stamp.end(), is_hex) && (suffix == ".s" || suffix == ".u");
}

std::vector<std::string> MultilogFiles(std::vector<std::string> names) {
  std::erase_if(names, [](const auto& name) { return name != kMultilogCurrent && !IsMultilogArchive(name); });
  // '@' sorts before 'c', and fixed-width hex digits sort as numbers.
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace mta
