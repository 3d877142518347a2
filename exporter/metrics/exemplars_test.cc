#include "exporter/metrics/exemplars.h"

#include <algorithm>

#include "catch.h"
#include "exporter/metrics/metric_store.h"

namespace mta {
namespace {

TEST_CASE("an exemplar is the latest of its counter or bucket, as of the view") {
  const FamilyOptions attempts_family{.name = "mta_attempts_total", .help = "", .labels = {"status"}};
  const FamilyOptions delay_family{
      .name = "mta_delay_seconds", .help = "", .type = MetricType::kHistogram, .buckets = {1, 10, 100}};
  MetricStore store;
  const CounterId counter = store.Counter(store.Add(attempts_family), {"sent"});
  const HistogramId delay = store.Histogram(store.Add(delay_family), {});
  store.Exemplify(counter, *Exemplar::Make("BEFORE", 1, 1));  // not kept yet
  store.KeepExemplars();
  const auto none = store.Freeze();
  const auto late = [](const char* id, double value) { return *Exemplar::Make(id, value, 7); };
  store.Exemplify(counter, late("A1", 1));
  store.Exemplify(counter, late("A2", 1));
  for (const double value : {0.0, 1e9}) store.Exemplify(delay, late("B1", value));
  store.Exemplify(CounterId(), late("SCRAP", 1));
  store.Exemplify(HistogramId(), late("SCRAP", 1));
  const auto some = store.Freeze();
  store.Exemplify(counter, late("A3", 1));

  const auto series = [&](const std::string& name) {
    return std::ranges::find(some->families(), name, [](const FamilySchema& f) { return f.options.name; })
        ->series.front();
  };
  const SeriesSchema attempts = series(attempts_family.name);
  const SeriesSchema delays = series(delay_family.name);
  CHECK(none->CounterExemplar(attempts) == nullptr);
  REQUIRE(some->CounterExemplar(attempts) != nullptr);
  CHECK(some->CounterExemplar(attempts)->queue_id() == "A2");
  CHECK(store.Freeze()->CounterExemplar(attempts)->queue_id() == "A3");
  const size_t last = delay_family.buckets.size();
  for (size_t bucket = 0; bucket <= last; ++bucket) {
    const Exemplar* const found = some->BucketExemplar(delays, bucket);
    CHECK((found != nullptr) == (bucket == 0 || bucket == last));
  }
  CHECK(some->BucketExemplar(delays, last)->value() == 1e9);
}

TEST_CASE("an exemplar is a queue id and nothing else") {
  CHECK(Exemplar::Make("4bXyZ92HVsz1Qk0", 0.5, 1)->queue_id() == "4bXyZ92HVsz1Qk0");
  CHECK(Exemplar::Make(std::string(23, 'A'), 0.5, 1));
  for (const std::string& id :
       {std::string(), std::string(24, 'A'), std::string("a@b"), std::string("A\"B"), std::string("A\xFF")})
    CHECK_FALSE(Exemplar::Make(id, 0.5, 1));
}

}  // namespace
}  // namespace mta
