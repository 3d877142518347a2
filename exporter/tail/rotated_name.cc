#include "exporter/tail/rotated_name.h"

#include <algorithm>

#include "exporter/base/ascii.h"

namespace mta {
namespace {

constexpr size_t kMaxNumberDigits = 4;
constexpr size_t kMinDateDigits = 8;
constexpr size_t kMaxDateDigits = 24;
constexpr size_t kMaxExtension = 8;

// The digits of a date such as 20261122, 2026-11-22, 20261122-101112, 20261122-1795345871.
std::optional<std::string> DateDigits(std::string_view text) {
  std::string digits;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool separates = text[i] == '-' || text[i] == '_' || text[i] == 'T';
    if (separates && i > 0 && IsDigit(text[i - 1])) continue;
    if (!IsDigit(text[i])) return std::nullopt;
    digits += text[i];
  }
  if (digits.size() < kMinDateDigits || digits.size() > kMaxDateDigits || !IsDigit(text.back())) {
    return std::nullopt;
  }
  return digits;
}

// .0 and .1 are the newest.
std::optional<std::string> NumberOrder(std::string_view text) {
  if (text.empty() || text.size() > kMaxNumberDigits || !std::all_of(text.begin(), text.end(), IsDigit)) {
    return std::nullopt;
  }
  std::string order(kMaxNumberDigits - text.size(), '9');
  for (char c : text) order += static_cast<char>('9' - c + '0');
  return order;
}

// NAME.NUMBER, NAME.DATE, NAME-DATE, NAME_DATE: the earliest place that makes a date wins, so that
// log-2026-11-22 is one of `log`.
std::optional<RotatedName> ParseStem(std::string_view stem) {
  for (size_t i = 1; i + 1 < stem.size(); ++i) {
    if (stem[i] != '.' && stem[i] != '-' && stem[i] != '_') continue;
    const std::string_view suffix = stem.substr(i + 1);
    const std::string base(stem.substr(0, i));
    if (auto digits = DateDigits(suffix)) return RotatedName{base, RotatedName::Scheme::kDate, *digits};
    if (stem[i] != '.') continue;
    if (auto order = NumberOrder(suffix)) return RotatedName{base, RotatedName::Scheme::kNumber, *order};
  }
  return std::nullopt;
}

}  // namespace

std::string_view WithoutCompressionSuffix(std::string_view name) {
  for (const std::string_view suffix : {".gz", ".bz2", ".xz", ".zst"}) {
    if (name.size() > suffix.size() && name.ends_with(suffix))
      return name.substr(0, name.size() - suffix.size());
  }
  return name;
}

std::optional<RotatedName> ParseRotatedName(std::string_view name) {
  name = WithoutCompressionSuffix(name);
  if (auto found = ParseStem(name)) return found;
  const size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || name.size() - dot - 1 > kMaxExtension) return std::nullopt;
  auto found = ParseStem(name.substr(0, dot));
  if (found) found->base += name.substr(dot);
  return found;
}

}  // namespace mta
