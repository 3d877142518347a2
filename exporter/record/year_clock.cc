#include "exporter/record/year_clock.h"

#include <cstdlib>

#include "exporter/base/civil.h"

namespace mta {
namespace {

// Dates are compared on a calendar of twelve months of 31 days: it needs no year to be known.
constexpr int kCalendarYear = 12 * 31;
constexpr int kStragglers = 31;  // how far a late line may reach back

constexpr int kLastDate = 12 * 31 + 31;
constexpr int kYearLimit = 1'000'000'000;  // of saved state: what no stream of lines can reach

constexpr int64_t kToleranceSeconds = kSecondsPerDay;

}  // namespace

int64_t CivilSeconds(const YearlessTime& time, int64_t year) {
  return DaysFromCivil(year, time.month, time.day) * kSecondsPerDay + time.seconds_of_day;
}

int LatestYear(const YearlessTime& time, int64_t reference_ns, LocalZone& zone) {
  const int64_t reference = reference_ns / kNanosPerSecond;
  const int64_t latest = reference + kToleranceSeconds;
  auto year = static_cast<int>(1970 + latest / (365 * kSecondsPerDay) + 1);
  while (zone.ToUtc(CivilSeconds(time, year), latest) > latest) --year;
  const bool leap_day = time.month == 2 && time.day == 29;
  while (leap_day && !IsLeapYear(year)) --year;
  return year;
}

int YearWalk::Step(int month, int day) {
  const int date = month * 31 + day;
  if (last_ != 0) {
    if (last_ - date > kStragglers) ++year_;
    if (date - last_ > kCalendarYear - kStragglers) --year_;
  }
  last_ = date;
  return year_;
}

void YearWalk::Save(ByteWriter& out) const {
  out.Put(year_);
  out.Put(last_);
}

bool YearWalk::Restore(ByteReader& in) {
  year_ = in.Get<int32_t>();
  last_ = in.Get<int32_t>();
  return in.ok() && std::abs(year_) < kYearLimit && last_ >= 0 && last_ <= kLastDate;
}

void YearClock::SetYear(int year) {
  base_ = Base::kYear;
  first_year_ = year;
  walk_.Restart();
}

void YearClock::SetReference(int64_t reference_ns) {
  base_ = Base::kReference;
  reference_ns_ = reference_ns;
}

std::optional<int> YearClock::YearOf(const YearlessTime& time, LocalZone& zone) {
  if (base_ == Base::kUnknown) return std::nullopt;
  if (base_ == Base::kReference) SetYear(LatestYear(time, reference_ns_, zone));
  return first_year_ + walk_.Step(time.month, time.day);
}

void YearClock::Save(ByteWriter& out) const {
  out.Put(base_);
  out.Put(reference_ns_);
  out.Put(first_year_);
  walk_.Save(out);
}

bool YearClock::Restore(ByteReader& in) {
  *this = {};
  YearClock read;
  read.base_ = in.Get<Base>();
  read.reference_ns_ = in.Get<int64_t>();
  read.first_year_ = in.Get<int32_t>();
  const bool sound =
      read.walk_.Restore(in) && read.base_ <= Base::kYear && std::abs(read.first_year_) < kYearLimit;
  if (sound) *this = read;
  return sound;
}

}  // namespace mta
