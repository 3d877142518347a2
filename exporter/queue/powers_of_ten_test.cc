#include "exporter/queue/powers_of_ten.h"

#include "catch.h"
#include "exporter/queue/queue_report.h"

namespace mta {
namespace {

TEST_CASE("a value on a bound belongs to it, and one beyond all is counted") {
  PowersOfTen values;
  for (const uint64_t value : {uint64_t{0}, uint64_t{1}, uint64_t{10}, uint64_t{11}, uint64_t{1'000'000'000},
                               uint64_t{1'000'000'001}})
    values.Observe(value);
  CHECK(values.AtMost(0) == 2);
  CHECK(values.AtMost(1) == 3);
  CHECK(values.AtMost(2) == 4);
  CHECK(values.AtMost(9) == 5);
  CHECK(values.count() == 6);
  CHECK(values.sum() == 2'000'000'023);
}

TEST_CASE("a second spool of the same source adds to the spread, and no message is younger than now") {
  QueueReport report;
  for (const int64_t arrival : {900, 1100}) {
    QueueFigures spool{.queue = "deferred", .now_seconds = 1000};
    spool.Add(2000, arrival);
    report.Add(spool);
  }
  const QueueFigures& deferred = *report.Find("deferred");
  CHECK(deferred.sizes.AtMost(3) == 0);
  CHECK(deferred.sizes.AtMost(4) == 2);
  CHECK(deferred.ages.AtMost(0) == 1);
  CHECK(deferred.ages.AtMost(2) == 2);
}

}  // namespace
}  // namespace mta
