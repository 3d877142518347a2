// Years along a stream of stamps that have none.
#include "exporter/record/year_clock.h"

#include <string>
#include <vector>

#include "catch.h"
#include "exporter/base/civil.h"

using namespace mta;

namespace {

constexpr int64_t Noon(int64_t year, int month, int day) {
  return (DaysFromCivil(year, month, day) * kSecondsPerDay + 43'200) * kNanosPerSecond;
}

YearlessTime NoonOf(int month, int day) {
  return {.month = month, .day = day, .seconds_of_day = 43'200};
}

struct Date {
  int month, day, year;
};

// The years a walk that begins in the first date's year gives.
void CheckWalk(const std::vector<Date>& dates) {
  YearWalk walk;
  for (const Date& date : dates) {
    CAPTURE(date.month, date.day);
    CHECK(walk.Step(date.month, date.day) == date.year - dates.front().year);
  }
}

LocalZone Utc() {
  setenv("TZ", "UTC", 1);
  return LocalZone();
}

}  // namespace

TEST_CASE("a year ends between December and January") {
  CheckWalk({{12, 31, 2026}, {1, 1, 2027}, {1, 2, 2027}, {7, 1, 2027}, {12, 30, 2027}, {1, 1, 2028}});
}

TEST_CASE("late lines of the old year stay in it, however often they come") {
  CheckWalk({{12, 31, 2026}, {1, 1, 2027}, {12, 31, 2026}, {1, 1, 2027}, {12, 31, 2026}, {1, 2, 2027}});
}

TEST_CASE("lines out of order within a year change nothing") {
  CheckWalk({{3, 1, 2026}, {2, 28, 2026}, {3, 1, 2026}, {5, 1, 2026}, {4, 1, 2026}, {6, 1, 2026}});
}

TEST_CASE("a silence of up to ten months is no year end, one over the year end is") {
  CheckWalk({{1, 20, 2026}, {11, 20, 2026}, {4, 2, 2027}, {12, 24, 2027}, {6, 1, 2028}});
}

TEST_CASE("the year is the latest that puts the stamp at or before the reference plus a day") {
  LocalZone zone = Utc();
  CHECK(LatestYear(NoonOf(11, 22), Noon(2026, 11, 22), zone) == 2026);
  CHECK(LatestYear(NoonOf(11, 23), Noon(2026, 11, 22), zone) == 2026);  // exactly a day ahead
  CHECK(LatestYear(NoonOf(11, 24), Noon(2026, 11, 22), zone) == 2025);
  CHECK(LatestYear(NoonOf(1, 1), Noon(2026, 12, 31), zone) == 2027);
  CHECK(LatestYear(NoonOf(12, 31), Noon(2027, 1, 1), zone) == 2026);
  CHECK(LatestYear(NoonOf(1, 2), Noon(2026, 12, 31), zone) == 2026);
}

TEST_CASE("a February 29 belongs to a leap year") {
  LocalZone zone = Utc();
  CHECK(LatestYear(NoonOf(2, 29), Noon(2028, 3, 1), zone) == 2028);
  CHECK(LatestYear(NoonOf(2, 29), Noon(2028, 2, 1), zone) == 2024);
  CHECK(LatestYear(NoonOf(2, 29), Noon(2027, 3, 1), zone) == 2024);
  CHECK(CivilSeconds(NoonOf(2, 29), 2027) == CivilSeconds(NoonOf(3, 1), 2027));
}

TEST_CASE("a clock knows nothing before it was told, then goes on by itself") {
  LocalZone zone = Utc();
  YearClock clock;
  CHECK_FALSE(clock.YearOf(NoonOf(12, 31), zone));
  clock.SetReference(Noon(2027, 1, 1));
  CHECK(clock.YearOf(NoonOf(12, 31), zone) == 2026);
  CHECK(clock.YearOf(NoonOf(1, 1), zone) == 2027);
  clock.SetYear(2019);
  CHECK(clock.YearOf(NoonOf(12, 31), zone) == 2019);
  CHECK(clock.YearOf(NoonOf(1, 1), zone) == 2020);
}

TEST_CASE("a live clock is right again after a silence when it gets a new reference") {
  LocalZone zone = Utc();
  YearClock clock;
  clock.SetReference(Noon(2026, 3, 1));
  CHECK(clock.YearOf(NoonOf(3, 1), zone) == 2026);
  clock.SetReference(Noon(2027, 2, 1));
  CHECK(clock.YearOf(NoonOf(2, 1), zone) == 2027);
}

TEST_CASE("a clock goes on where it was saved") {
  LocalZone zone = Utc();
  YearClock clock;
  clock.SetReference(Noon(2026, 12, 31));
  const auto after_save = [&zone](const YearClock& from, YearlessTime time) {
    ByteWriter out;
    from.Save(out);
    ByteReader in(out.bytes());
    YearClock copy;
    REQUIRE(copy.Restore(in));
    CHECK(in.done());
    return copy.YearOf(time, zone);
  };
  CHECK(after_save(clock, NoonOf(12, 31)) == 2026);
  CHECK(clock.YearOf(NoonOf(12, 31), zone) == 2026);
  CHECK(after_save(clock, NoonOf(1, 1)) == 2027);
  ByteReader nothing("");
  CHECK_FALSE(YearClock().Restore(nothing));
}
