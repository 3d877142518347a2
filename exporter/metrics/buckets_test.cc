#include "exporter/metrics/buckets.h"

#include <cmath>
#include <random>

#include "catch.h"

namespace mta {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

uint32_t Slowly(const std::vector<double>& bounds, double value) {
  return static_cast<uint32_t>(std::ranges::count_if(bounds, [=](double bound) { return bound < value; }));
}

// At and beside every bound, between all of them, and far away.
void CheckAround(const std::vector<double>& bounds) {
  const Buckets buckets(bounds);
  const auto check = [&](double value) {
    CAPTURE(value);
    CHECK(buckets.Of(value) == Slowly(bounds, value));
  };
  for (const double bound : bounds) {
    for (const double value : {bound, std::nextafter(bound, kInfinity), std::nextafter(bound, -kInfinity),
                               -bound, bound / 2, bound * 2}) {
      check(value);
    }
  }
  for (const double value : {0.0, -0.0, 1.0, -1.0, 1e-310, 1e300, -1e300, kInfinity, -kInfinity})
    check(value);
  std::mt19937_64 random(1);
  std::lognormal_distribution<double> delay(0.0, 6.0);
  for (int i = 0; i < 1000; ++i) check(delay(random));
}

TEST_CASE("buckets: a bound belongs to the bucket below it, whatever the bounds are") {
  CheckAround({});
  CheckAround({1});
  CheckAround({0});
  CheckAround({0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 14400, 43200, 86400});
  CheckAround({1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9});  // all of one power of two
  CheckAround({1, 2, 4, 8, 16, 32});
  CheckAround({-1e6, -3, -2.5, -2, -0.5, 0, 1e-320, 0.5, 1e6});
  CheckAround({-4, -3, -2});
  CheckAround({std::numeric_limits<double>::lowest(), std::numeric_limits<double>::max()});
}

}  // namespace
}  // namespace mta
