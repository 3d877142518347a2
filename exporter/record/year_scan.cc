#include "exporter/record/year_scan.h"

#include <algorithm>
#include <vector>

#include "exporter/base/civil.h"
#include "exporter/base/scanner.h"
#include "exporter/record/envelope.h"
#include "exporter/record/stamp.h"

namespace mta {
namespace {

constexpr uint64_t kWholeFile = 4 << 20;
constexpr size_t kBlock = 64 << 10;
constexpr size_t kSample = 512;
constexpr uint64_t kMostSamples = 1024;

// Reads `size` bytes at `offset` and adds the lines that begin there.
void AddRange(SeekableFile& file, uint64_t offset, size_t size, std::vector<char>& buffer, YearEnds& ends) {
  const auto got = file.ReadAt(offset, buffer.data(), size);
  if (!got) return;
  std::string_view text(buffer.data(), *got);
  if (offset > 0) {
    const size_t newline = text.find('\n');
    if (newline == text.npos) return;
    text.remove_prefix(newline + 1);
  }
  ends.AddLines(text);
}

}  // namespace

void YearEnds::AddLine(std::string_view line) {
  Scanner text(line);
  TakePriority(text);
  YearlessTime time;
  if (!ParseTraditional(text.rest(), time)) return;
  const int year = walk_.Step(time.month, time.day);
  if (time.month == 2 && time.day == 29) leap_day_year_ = year;
  last_ = time;
}

void YearEnds::AddLines(std::string_view text) {
  Scanner rest(text);
  for (std::string_view line; rest.TakeUntil('\n', line);) AddLine(line);
  AddLine(rest.rest());
}

std::optional<int> YearEnds::FirstYear(int64_t modified_ns) const {
  if (!last_) return std::nullopt;
  LocalZone zone;
  int first = LatestYear(*last_, modified_ns, zone) - walk_.year();
  while (leap_day_year_ && !IsLeapYear(first + *leap_day_year_)) --first;
  return first;
}

std::optional<int> FirstYear(SeekableFile& file) {
  YearEnds ends;
  const uint64_t size = file.size();
  const bool whole = size <= kWholeFile;
  std::vector<char> buffer(whole ? size : kBlock);
  if (whole) {
    AddRange(file, 0, size, buffer, ends);
  } else {
    const uint64_t step = std::max<uint64_t>(kBlock, size / kMostSamples);
    AddRange(file, 0, kBlock, buffer, ends);
    for (uint64_t at = step; at < size - kBlock; at += step) AddRange(file, at, kSample, buffer, ends);
    AddRange(file, size - kBlock, kBlock, buffer, ends);
  }
  return ends.FirstYear(file.modified_ns());
}

}  // namespace mta
