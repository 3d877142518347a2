// Damaged snapshots: loading them never reads beyond the end, what loads can be saved and loaded again, and
// restoring leaves a store that works.
#include <cstdint>
#include <cstdlib>

#include "exporter/metrics/metric_store.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  mta::ByteReader in(bytes);
  const auto view = mta::View::Load(in);
  if (!view) return 0;

  mta::ByteWriter saved;
  view->Save(saved);
  mta::ByteReader again(saved.bytes());
  if (!mta::View::Load(again)) std::abort();

  mta::MetricStore store;
  const auto counters = store.Add({.name = "a_total", .help = "", .labels = {"x"}, .max_series = 3});
  store.Add({.name = "b", .help = "", .type = mta::MetricType::kGauge});
  store.Add(
      {.name = "c", .help = "", .type = mta::MetricType::kHistogram, .labels = {"x"}, .buckets = {1, 2}});
  mta::ByteReader restored(saved.bytes());
  if (!store.Restore(restored)) std::abort();
  const auto counter = store.Counter(counters, {"new"});
  const uint64_t before = store.Value(counter);
  store.Increment(counter);
  if (store.Value(counter) != before + 1) std::abort();
  store.Freeze();
  return 0;
}
