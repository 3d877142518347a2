// What a scrape costs, step by step: freezing, prometheus-cpp's model, the text, and all of it over HTTP.
#include <fmt/core.h>
#include <prometheus/text_serializer.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>

#include "exporter/base/test_client.h"
#include "exporter/metrics/metric_store.h"
#include "exporter/web/exposition.h"
#include "exporter/web/site.h"
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

// `series` sample lines of counters and histograms in the mixture of a mail relay: one histogram of 19
// buckets for every 20 counters.
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
  for (int i = 0, lines = 0; lines < series; ++i) {
    const std::string source = "postfix-" + std::to_string(i);
    if (i % 21 == 0) {
      lines += 22;  // and +Inf, sum and count
      const auto delay = store.Histogram(delays, {"postfix", source, "smtp", "deferred", "final"});
      for (int n = 0; n < 100; ++n) store.Observe(delay, 0.0137 * n * n);
    } else {
      ++lines;
      store.Increment(
          store.Counter(attempts, {"postfix", source, "smtp", "deferred", "final", "connection_timeout"}),
          4711);
    }
  }
}

double CpuMs(int whose) {
  rusage usage{};
  getrusage(whose, &usage);
  const auto ms = [](const timeval& time) {
    return 1e3 * static_cast<double>(time.tv_sec) + 1e-3 * static_cast<double>(time.tv_usec);
  };
  return ms(usage.ru_utime) + ms(usage.ru_stime);
}

// CPU of all threads but this one, which is the client.
double ServerCpuMs() {
  return CpuMs(RUSAGE_SELF) - CpuMs(RUSAGE_THREAD);
}

void MeasureHttp(mta::MetricStore& store) {
  mta::Publisher publisher;
  publisher.Publish({.view = store.Freeze()});
  mta::Site site({.version = "1"}, publisher, mta::Env::Posix());
  const auto server = std::move(mta::HttpServer::Start({}, site.Routes(), mta::Env::Posix()).value());
  const uint16_t port = server->port();
  mta::Ask(port, "GET", "/metrics");
  constexpr int kScrapes = 100;
  const double before = ServerCpuMs();
  for (int i = 0; i < kScrapes; ++i) mta::Ask(port, "GET", "/metrics");
  fmt::print("  GET /metrics, CPU         {:7.3f} ms\n", (ServerCpuMs() - before) / kScrapes);
  fmt::print("  GET /metrics, wall clock  {:7.3f} ms\n",
             MedianMs([&] { mta::Ask(port, "GET", "/metrics"); }));
}

void Measure(int series) {
  mta::MetricStore store;
  Fill(store, series);
  const mta::ViewCollectable collectable(store.Freeze());
  const auto families = collectable.Collect();
  const std::string text = mta::FastTextSerializer().Serialize(families);
  fmt::print("{} lines, {} bytes\n", std::count(text.begin(), text.end(), '\n'), text.size());
  fmt::print("  Freeze, nothing changed   {:7.3f} ms\n", MedianMs([&] { store.Freeze(); }));
  fmt::print("  Collect (and free)        {:7.3f} ms\n", MedianMs([&] { collectable.Collect(); }));
  fmt::print("  FastTextSerializer        {:7.3f} ms\n",
             MedianMs([&] { mta::FastTextSerializer().Serialize(families); }));
  fmt::print("  Collect and serialise     {:7.3f} ms\n",
             MedianMs([&] { mta::FastTextSerializer().Serialize(collectable.Collect()); }));
  fmt::print("  prometheus-cpp serialiser {:7.3f} ms\n", MedianMs([&] {
               static_cast<const prometheus::Serializer&>(prometheus::TextSerializer()).Serialize(families);
             }));
  MeasureHttp(store);
}

}  // namespace

int main() {
  Measure(1000);
  Measure(10000);
}
