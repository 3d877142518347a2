// Envelope and Postfix collector under arbitrary bytes.
//
// Differential over chunkings: the same bytes, cut into pieces of any size, interrupted anywhere by a restart
// from saved state, give the same events and the same metrics.
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <string_view>

#include "exporter/app/source/log_source.h"
#include "exporter/metrics/metric_store.h"
#include "exporter/tail/line_cutter.h"

namespace mta {
namespace {

constexpr int64_t kReference = 1'795'352'400'000'000'000;  // any day: stamps without year need one

struct Ingest {
  explicit Ingest(std::string mta_name) : mta(std::move(mta_name)), source(Begin()) {
    source->reader().SetReference(kReference);
  }
  std::unique_ptr<LogSource> Begin() {
    LogSourceOptions options;
    options.mta = mta;
    return std::move(*LogSource::Make(store, std::move(options)));
  }
  // As a restart does: a new source over the same cells, with the old one's state.
  void Restart() {
    ByteWriter out;
    source->Save(out);
    source = Begin();
    ByteReader in(out.bytes());
    if (source->Restore(in)) return;
    std::fputs("a saved state is not restored\n", stderr);
    std::abort();
  }
  std::string Result() {
    source->Refresh();
    ByteWriter out;
    store.Freeze()->Save(out);
    source->Save(out);
    return out.Take();
  }
  const std::string mta;
  MetricStore store;
  std::unique_ptr<LogSource> source;
  LineCutter cutter;
};

std::string ReadWhole(const std::string& mta, std::string_view bytes) {
  Ingest ingest(mta);
  ingest.cutter.Feed(bytes, *ingest.source);
  ingest.cutter.Finish(*ingest.source);
  return ingest.Result();
}

// In pieces; between two of them the source's state may go through its saved form.
std::string ReadInPieces(const std::string& mta, std::string_view bytes, uint64_t seed) {
  std::mt19937_64 random(seed);
  Ingest ingest(mta);
  while (!bytes.empty()) {
    const size_t size = std::min<size_t>(bytes.size(), 1 + random() % (random() % 8 == 0 ? 4096 : 16));
    ingest.cutter.Feed(bytes.substr(0, size), *ingest.source);
    bytes.remove_prefix(size);
    if (random() % 128 == 0) ingest.Restart();  // a dear step
  }
  ingest.cutter.Finish(*ingest.source);
  return ingest.Result();
}

}  // namespace
}  // namespace mta

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string mta = size % 2 == 0 ? "postfix" : "auto";
  if (mta::ReadWhole(mta, bytes) != mta::ReadInPieces(mta, bytes, size)) {
    std::fputs("the same bytes in other pieces give other metrics\n", stderr);
    std::abort();
  }
  return 0;
}
