// Damaged snapshots: loading them never reads beyond the end, what loads can be saved and loaded again, and
// restoring leaves a store that works.  An input is the snapshot itself or, if it begins with a '+', bytes to
// put over a good one: three bytes each, place (two bytes) and value.
#include <cstdint>
#include <cstdlib>

#include "exporter/metrics/metric_store.h"

namespace {

mta::CounterId Fill(mta::MetricStore& store) {
  const auto counters = store.Add({.name = "a_total", .help = "", .labels = {"x"}, .max_series = 3});
  const auto gauges = store.Add({.name = "b", .help = "", .type = mta::MetricType::kGauge});
  const auto histograms = store.Add(
      {.name = "c", .help = "", .type = mta::MetricType::kHistogram, .labels = {"x"}, .buckets = {1, 2}});
  store.Gauge(gauges, {});
  store.Histogram(histograms, {"one"});
  return store.Counter(counters, {"one"});
}

std::string Snapshot(std::string_view input) {
  if (!input.starts_with('+')) return std::string(input);
  mta::MetricStore store;
  Fill(store);
  mta::ByteWriter good;
  store.Freeze()->Save(good);
  std::string bytes = good.Take();
  mta::ByteReader patches(input.substr(1));
  while (!patches.done()) {
    const auto place = patches.Get<uint16_t>();
    bytes[place % bytes.size()] = static_cast<char>(patches.Get<uint8_t>());
  }
  return bytes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes = Snapshot({reinterpret_cast<const char*>(data), size});
  mta::ByteReader in(bytes);
  const auto view = mta::View::Load(in);
  if (!view) return 0;

  mta::ByteWriter saved;
  view->Save(saved);
  mta::ByteReader again(saved.bytes());
  if (!mta::View::Load(again)) std::abort();

  mta::MetricStore store;
  const mta::CounterId counter = Fill(store);
  mta::ByteReader restored(saved.bytes());
  if (!store.Restore(restored)) std::abort();
  const uint64_t before = store.Value(counter);
  store.Increment(counter);
  if (store.Value(counter) != before + 1) std::abort();
  store.Freeze();
  return 0;
}
