#include "exporter/record/local_zone.h"

#include <algorithm>
#include <ctime>

#include "exporter/base/civil.h"

namespace mta {
namespace {

// Zones lie between UTC-12 and UTC+14: a wall clock day is somewhere in these UTC seconds around it.
constexpr int64_t kFarthestEast = 15 * 3600;
constexpr int64_t kFarthestWest = 13 * 3600;

// Processes write their lines up to about a second out of order (postlogd); no fold is that short.
constexpr int64_t kDisorderSeconds = 5;

int64_t OffsetAt(int64_t utc) {
  const auto time = static_cast<time_t>(utc);
  tm broken_down{};
  return localtime_r(&time, &broken_down) == nullptr ? 0 : broken_down.tm_gmtoff;
}

// The first second in (low, high] that has the offset of `high`.
int64_t FindTransition(int64_t low, int64_t high) {
  const int64_t after = OffsetAt(high);
  while (high - low > 1) {
    const int64_t middle = low + (high - low) / 2;
    (OffsetAt(middle) == after ? high : low) = middle;
  }
  return high;
}

int64_t FloorToDay(int64_t civil) {
  const int64_t into_day = ((civil % kSecondsPerDay) + kSecondsPerDay) % kSecondsPerDay;
  return civil - into_day;
}

}  // namespace

LocalZone::LocalZone() {
  tzset();
}

void LocalZone::Load(int64_t civil) {
  window_begin_ = FloorToDay(civil);
  window_end_ = window_begin_ + kSecondsPerDay;
  const int64_t low = window_begin_ - kFarthestEast;
  const int64_t high = window_end_ + kFarthestWest;
  before_ = OffsetAt(low);
  after_ = OffsetAt(high);
  if (before_ != after_) transition_ = FindTransition(low, high);
}

int64_t LocalZone::AcrossTransition(int64_t civil, int64_t last_utc) const {
  const int64_t early = civil - before_;
  const int64_t late = civil - after_;
  const bool early_occurs = early < transition_;
  const bool late_occurs = late >= transition_;
  if (early_occurs && late_occurs) return early + kDisorderSeconds >= last_utc ? early : late;
  return late_occurs ? late : early;
}

}  // namespace mta
