// What a scrape costs, step by step: freezing, prometheus-cpp's model, and the text.
#include <fmt/core.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <chrono>

#include "exporter/metrics/metric_store.h"
#include "exporter/web/exposition.h"
#include "exporter/web/text_serializer.h"

namespace {

template <typename Call>
double MedianMs(Call call) {
  std::vector<double> took;
  for (int i = 0; i < 31; ++i) {
    const auto start = std::chrono::steady_clock::now();
    call();
    took.push_back(
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
  }
  std::nth_element(took.begin(), took.begin() + 15, took.end());
  return took[15];
}

// Counters and histograms in the mixture of a mail relay: one histogram of 19 buckets for every 20 counters.
void Fill(mta::MetricStore& store, int series) {
  const auto attempts = store.Add({.name = "mta_delivery_failures_total",
                                   .help = "Failures.",
                                   .labels = {"mta", "source", "transport", "status", "hop", "reason"}});
  const auto delays = store.Add({.name = "mta_delivery_delay_seconds",
                                 .help = "Delay.",
                                 .type = mta::MetricType::kHistogram,
                                 .labels = {"mta", "source", "transport", "status", "hop"},
                                 .buckets = {0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900,
                                             3600, 14400, 43200, 86400, 259200, 432000}});
  for (int i = 0; i < series; ++i) {
    const std::string source = "postfix-" + std::to_string(i);
    if (i % 21 == 0) {
      const auto delay = store.Histogram(delays, {"postfix", source, "smtp", "deferred", "final"});
      for (int n = 0; n < 100; ++n) store.Observe(delay, 0.0137 * n * n);
    } else {
      store.Increment(
          store.Counter(attempts, {"postfix", source, "smtp", "deferred", "final", "connection_timeout"}),
          4711);
    }
  }
}

void Measure(const char* what, int series) {
  mta::MetricStore store;
  Fill(store, series);
  const mta::ViewCollectable collectable(store.Freeze());
  const auto families = collectable.Collect();
  const std::string text = mta::FastTextSerializer().Serialize(families);
  fmt::print("{}: {} series, {} lines, {} bytes\n", what, series, std::count(text.begin(), text.end(), '\n'),
             text.size());
  fmt::print("  Freeze                    {:7.3f} ms\n", MedianMs([&] { store.Freeze(); }));
  fmt::print("  Collect (and free)        {:7.3f} ms\n", MedianMs([&] { collectable.Collect(); }));
  fmt::print("  FastTextSerializer        {:7.3f} ms\n",
             MedianMs([&] { mta::FastTextSerializer().Serialize(families); }));
  fmt::print("  Collect and serialise     {:7.3f} ms\n",
             MedianMs([&] { mta::FastTextSerializer().Serialize(collectable.Collect()); }));
  fmt::print("  prometheus-cpp serialiser {:7.3f} ms\n", MedianMs([&] {
               static_cast<const prometheus::Serializer&>(prometheus::TextSerializer()).Serialize(families);
             }));
}

}  // namespace

int main() {
  Measure("2,000 series", 2000);
  Measure("10,000 lines", 5000);
}
