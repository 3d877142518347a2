#include "exporter/web/line_rates.h"

#include "catch.h"

namespace mta {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

TEST_CASE("lines a second over the last minute") {
  LineRates rates;
  CHECK(rates.PerSecond("mx1", 0) == 0);
  rates.Add("mx1", 1000, 0);
  CHECK(rates.PerSecond("mx1", 0) == 0);
  for (int i = 1; i <= 100; ++i) rates.Add("mx1", 1000 + static_cast<uint64_t>(i) * 5, i * kSecond / 10);
  CHECK(rates.PerSecond("mx1", 10 * kSecond) == Approx(50));
  CHECK(rates.PerSecond("mx1", 20 * kSecond) == Approx(25));
  for (int i = 11; i <= 200; ++i) rates.Add("mx1", 1500, i * kSecond);
  CHECK(rates.PerSecond("mx1", 200 * kSecond) == 0);
  CHECK(rates.PerSecond("mx2", 200 * kSecond) == 0);
}

TEST_CASE("a source that starts over is not negative, one that falls silent fades out") {
  LineRates rates;
  rates.Add("mx1", 1000, 0);
  rates.Add("mx1", 10, kSecond);
  rates.Add("mx1", 20, 2 * kSecond);
  CHECK(rates.PerSecond("mx1", 2 * kSecond) == Approx(10));
  CHECK(rates.PerSecond("mx1", 1000 * kSecond) == 0);
}

}  // namespace
}  // namespace mta
