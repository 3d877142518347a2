// The proleptic Gregorian calendar as arithmetic: dates and seconds since 1970-01-01 00:00:00, no time zone,
// no clock.
#pragma once

#include <cstdint>

namespace mta {

constexpr int64_t kSecondsPerDay = 86'400;
constexpr int64_t kNanosPerSecond = 1'000'000'000;

constexpr bool IsLeapYear(int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

// Days in month 1..12 of a leap year.
constexpr int LongestMonth(int month) {
  constexpr int kDays[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return kDays[month - 1];
}

constexpr int DaysInMonth(int64_t year, int month) {
  return month == 2 && !IsLeapYear(year) ? 28 : LongestMonth(month);
}

// Days from 1970-01-01 to the given date; month 1..12.  A day past the end of its month runs into the next
// one.
constexpr int64_t DaysFromCivil(int64_t year, int month, int day) {
  const int64_t y = month <= 2 ? year - 1 : year;  // years begin with March, so that a leap day ends them
  const int64_t era = (y >= 0 ? y : y - 399) / 400;
  const int64_t year_of_era = y - era * 400;
  const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

}  // namespace mta
