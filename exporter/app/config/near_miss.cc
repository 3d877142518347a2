#include "exporter/app/config/near_miss.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "exporter/base/ascii.h"

namespace mta {
namespace {

constexpr size_t kLongestWord = 64;

// Letters to insert, drop, change or swap with their neighbour (optimal string alignment), without case.
size_t Distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before, last, now(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) now[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    before = std::exchange(last, now);
    now[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const bool same = ToLower(a[i - 1]) == ToLower(b[j - 1]);
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      const bool swapped =
          i > 1 && j > 1 && ToLower(a[i - 1]) == ToLower(b[j - 2]) && ToLower(a[i - 2]) == ToLower(b[j - 1]);
      if (swapped) now[j] = std::min(now[j], before[j - 2] + 1);
    }
  }
  return now[b.size()];
}

}  // namespace

std::string DidYouMean(std::string_view word, std::span<const std::string> allowed) {
  if (word.empty() || word.size() > kLongestWord) return "";
  const std::string* nearest = nullptr;
  size_t nearest_distance = word.size() <= 3 ? 2 : 3;  // at this many letters it is another word
  for (const std::string& candidate : allowed) {
    const size_t distance = Distance(word, candidate);
    if (distance >= nearest_distance || distance >= candidate.size()) continue;
    nearest = &candidate;
    nearest_distance = distance;
  }
  return nearest == nullptr ? "" : fmt::format("did you mean \"{}\"?", *nearest);
}

}  // namespace mta
