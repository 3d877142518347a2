// Wall clock time to UTC: the hour that occurs twice, the hour that never occurs, zones far from Greenwich.
#include "exporter/record/local_zone.h"

#include <ctime>

#include "catch.h"
#include "exporter/base/civil.h"

using namespace mta;

namespace {

// The rules of the time zone database, written out, so that the test does not need it installed.
constexpr const char* kBerlin = "CET-1CEST,M3.5.0,M10.5.0/3";
constexpr const char* kNewYork = "EST5EDT,M3.2.0,M11.1.0";
constexpr const char* kLordHowe = "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0";
constexpr const char* kKiritimati = "<+14>-14";
constexpr const char* kBakerIsland = "<-12>12";
constexpr const char* kKathmandu = "<+0545>-5:45";

LocalZone ZoneOf(const char* name) {
  setenv("TZ", name, 1);
  return LocalZone();
}

constexpr int64_t Civil(int64_t year, int month, int day, int hour, int minute = 0, int second = 0) {
  return DaysFromCivil(year, month, day) * kSecondsPerDay + hour * 3600 + minute * 60 + second;
}

}  // namespace

TEST_CASE("Europe/Berlin, clocks set back: the second pass begins when time would step back") {
  LocalZone zone = ZoneOf(kBerlin);  // 2026-10-25 03:00 CEST -> 02:00 CET
  int64_t last = zone.ToUtc(Civil(2026, 10, 25, 1, 59, 59), 0);
  CHECK(last == Civil(2026, 10, 24, 23, 59, 59));
  last = zone.ToUtc(Civil(2026, 10, 25, 2, 0, 0), last);
  CHECK(last == Civil(2026, 10, 25, 0, 0, 0));
  last = zone.ToUtc(Civil(2026, 10, 25, 2, 59, 59), last);
  CHECK(last == Civil(2026, 10, 25, 0, 59, 59));
  last = zone.ToUtc(Civil(2026, 10, 25, 2, 0, 0), last);
  CHECK(last == Civil(2026, 10, 25, 1, 0, 0));
  last = zone.ToUtc(Civil(2026, 10, 25, 2, 30, 0), last);
  CHECK(last == Civil(2026, 10, 25, 1, 30, 0));
  last = zone.ToUtc(Civil(2026, 10, 25, 3, 0, 0), last);
  CHECK(last == Civil(2026, 10, 25, 2, 0, 0));
}

TEST_CASE("lines a second out of order do not end the first pass") {
  LocalZone zone = ZoneOf(kBerlin);
  int64_t last = zone.ToUtc(Civil(2026, 10, 25, 2, 10, 1), 0);
  last = zone.ToUtc(Civil(2026, 10, 25, 2, 10, 0), last);
  CHECK(last == Civil(2026, 10, 25, 0, 10, 0));
}

TEST_CASE("Europe/Berlin, clocks set forward: the missing hour is read as winter time") {
  LocalZone zone = ZoneOf(kBerlin);  // 2026-03-29 02:00 CET -> 03:00 CEST
  CHECK(zone.ToUtc(Civil(2026, 3, 29, 1, 59, 59), 0) == Civil(2026, 3, 29, 0, 59, 59));
  CHECK(zone.ToUtc(Civil(2026, 3, 29, 2, 30, 0), 0) == Civil(2026, 3, 29, 1, 30, 0));
  CHECK(zone.ToUtc(Civil(2026, 3, 29, 3, 0, 0), 0) == Civil(2026, 3, 29, 1, 0, 0));
}

TEST_CASE("America/New_York, both ways") {
  LocalZone zone = ZoneOf(kNewYork);
  CHECK(zone.ToUtc(Civil(2026, 3, 8, 1, 59, 59), 0) == Civil(2026, 3, 8, 6, 59, 59));
  CHECK(zone.ToUtc(Civil(2026, 3, 8, 3, 0, 0), 0) == Civil(2026, 3, 8, 7, 0, 0));
  const int64_t first_pass = zone.ToUtc(Civil(2026, 11, 1, 1, 30), 0);
  CHECK(first_pass == Civil(2026, 11, 1, 5, 30));
  CHECK(zone.ToUtc(Civil(2026, 11, 1, 1, 10), first_pass) == Civil(2026, 11, 1, 6, 10));
  CHECK(zone.ToUtc(Civil(2026, 11, 1, 2, 0), first_pass) == Civil(2026, 11, 1, 7, 0));
}

TEST_CASE("a change of half an hour") {
  LocalZone zone = ZoneOf(kLordHowe);  // 2026-04-05 02:00 +11 -> 01:30 +10:30
  const int64_t first_pass = zone.ToUtc(Civil(2026, 4, 5, 1, 45), 0);
  CHECK(first_pass == Civil(2026, 4, 4, 14, 45));
  CHECK(zone.ToUtc(Civil(2026, 4, 5, 1, 35), first_pass) == Civil(2026, 4, 4, 15, 5));
}

TEST_CASE("the ends of the world") {
  CHECK(ZoneOf(kKiritimati).ToUtc(Civil(2026, 1, 1, 0), 0) == Civil(2025, 12, 31, 10));
  CHECK(ZoneOf(kBakerIsland).ToUtc(Civil(2025, 12, 31, 23), 0) == Civil(2026, 1, 1, 11));
  CHECK(ZoneOf(kKathmandu).ToUtc(Civil(2026, 1, 1, 0), 0) == Civil(2025, 12, 31, 18, 15));
}

TEST_CASE("a zone that does not exist is UTC") {
  CHECK(ZoneOf("No/Such_Place").ToUtc(Civil(2026, 7, 1, 12), 0) == Civil(2026, 7, 1, 12));
}

TEST_CASE("every quarter of an hour of a year agrees with the C library") {
  for (const char* name : {kBerlin, kNewYork, kLordHowe, kKathmandu, "UTC"}) {
    LocalZone zone = ZoneOf(name);
    CAPTURE(name);
    int64_t last = Civil(2025, 12, 31, 0);
    int wrong = 0;
    for (int64_t utc = Civil(2026, 1, 1, 0); utc < Civil(2027, 1, 1, 0); utc += 900) {
      const auto time = static_cast<time_t>(utc);
      tm local{};
      localtime_r(&time, &local);
      last = zone.ToUtc(utc + local.tm_gmtoff, last);
      wrong += last != utc ? 1 : 0;
    }
    CHECK(wrong == 0);
  }
}
