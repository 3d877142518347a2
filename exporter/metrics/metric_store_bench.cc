// What the hot calls of the metric store cost.  Values are spread as delivery delays are.
#include <fmt/core.h>

#include <chrono>
#include <random>

#include "exporter/metrics/metric_store.h"

namespace {

template <typename Call>
void Measure(const char* what, int rounds, Call call) {
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < rounds; ++i) call(static_cast<size_t>(i));
  const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
  fmt::print("{:<36} {:8.2f} ns\n", what, took.count() / rounds);
}

}  // namespace

int main() {
  mta::MetricStore store;
  const std::vector<double> buckets = {0.01, 0.05, 0.1, 0.25, 0.5,   1,     2.5,   5,      10,    30,
                                       60,   300,  900, 3600, 14400, 43200, 86400, 259200, 432000};
  const auto attempts =
      store.Add({.name = "a_total", .help = "", .labels = {"mta", "source", "transport", "status", "hop"}});
  const auto delays = store.Add({.name = "b_seconds",
                                 .help = "",
                                 .type = mta::MetricType::kHistogram,
                                 .labels = {"mta"},
                                 .buckets = buckets});
  std::vector<mta::CounterId> counters;
  for (int i = 0; i < 1024; ++i) {
    counters.push_back(store.Counter(attempts, {"postfix", std::to_string(i), "smtp", "sent", "final"}));
  }
  std::vector<double> values(4096);
  std::mt19937_64 random(1);
  std::lognormal_distribution<double> delay(0.0, 2.0);
  for (double& value : values) value = delay(random);
  const auto histogram = store.Histogram(delays, {"postfix"});

  constexpr int kRounds = 20'000'000;
  Measure("Increment", kRounds, [&](size_t i) { store.Increment(counters[i & 1023]); });
  Measure("Observe, 19 buckets", kRounds, [&](size_t i) { store.Observe(histogram, values[i & 4095]); });
  Measure("Counter() of a known series", kRounds / 10, [&](size_t i) {
    store.Increment(store.Counter(attempts, {"postfix", "7", "smtp", "sent", "final"}));
  });
  Measure("Freeze, 1024 series", 1000, [&](size_t) { store.Freeze(); });
  mta::ByteWriter out;
  Measure("Freeze and Save, 1024 series", 1000, [&](size_t) {
    out = {};
    store.Freeze()->Save(out);
  });
  fmt::print("saved: {} bytes\n", out.bytes().size());
}
