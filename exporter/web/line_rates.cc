#include "exporter/web/line_rates.h"

#include <algorithm>

namespace mta {
namespace {

constexpr int64_t kSecondNs = 1'000'000'000;
constexpr int64_t kWindowNs = 60 * kSecondNs;

}  // namespace

void LineRates::Add(const std::string& source, uint64_t lines, int64_t now_ns) {
  std::deque<Sample>& samples = samples_[source];
  if (!samples.empty() && lines < samples.back().lines) samples.clear();
  // The last sample moves along until it is a second away from the one before it.
  if (samples.size() > 1 && now_ns - samples[samples.size() - 2].time_ns < kSecondNs) samples.pop_back();
  samples.push_back({now_ns, lines});
  while (samples.size() > 1 && samples[1].time_ns <= now_ns - kWindowNs) samples.pop_front();
}

double LineRates::PerSecond(std::string_view source, int64_t now_ns) const {
  const auto known = samples_.find(source);
  if (known == samples_.end() || known->second.empty()) return 0;
  const std::deque<Sample>& samples = known->second;
  // What was true when the window began: nothing is published while nothing is read.
  const auto after =
      std::ranges::find_if(samples, [&](const Sample& s) { return s.time_ns > now_ns - kWindowNs; });
  const Sample& from = after == samples.begin() ? samples.front() : *(after - 1);
  const int64_t took_ns = now_ns - std::max(from.time_ns, now_ns - kWindowNs);
  const uint64_t lines = samples.back().lines - from.lines;
  return took_ns <= 0 ? 0 : static_cast<double>(lines) * 1e9 / static_cast<double>(took_ns);
}

}  // namespace mta
