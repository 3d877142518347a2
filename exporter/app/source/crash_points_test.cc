// A log source is a fold over bytes: whatever pieces they come in, and wherever it was saved and restored in
// between, the metrics are the same.  On every recorded log of every MTA.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include "catch.h"
#include "exporter/app/source/log_source.h"
#include "exporter/tail/line_cutter.h"

namespace mta {
namespace {

namespace fs = std::filesystem;

constexpr size_t kStoreEvery = 97;  // lines: so often the metrics are saved and restored, too

struct Sample {
  std::string mta;
  fs::path path;
};

std::vector<Sample> Samples() {
  std::vector<Sample> samples;
  const fs::path root = fs::path(MTA_SOURCE_DIR) / "collectors";
  for (const CollectorType* type : CollectorTypes()) {
    for (const auto& entry : fs::recursive_directory_iterator(root / type->mta / "samples")) {
      const std::string name = entry.path().filename().string();
      const bool log =
          name.ends_with(".log") || name.starts_with("maillog") || name == "current" || name.ends_with(".s");
      if (entry.is_regular_file() && log && !name.ends_with(".json"))
        samples.push_back({std::string(type->mta), entry.path()});
    }
  }
  std::ranges::sort(samples, {}, &Sample::path);
  return samples;
}

std::string Read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// A run of the program, from its start or from what was saved.
class Run final : public LineSink {
 public:
  explicit Run(std::string mta) : mta_(std::move(mta)) {
    Start();
    source_->reader().SetYear(2026);
  }

  void Line(std::string_view line) override {
    source_->Line(line);
    ++lines_;
    if (restarts) Restart(lines_ % kStoreEvery == 0);
  }
  void OversizedLine(uint64_t bytes) override { source_->OversizedLine(bytes); }

  // All metrics, to the bit.
  std::string Metrics() {
    source_->Refresh();
    ByteWriter out;
    store_->Freeze()->Save(out);
    ByteReader in(out.bytes());
    auto view = View::Load(in);
    // The cells lie in the order in which the series were made, which may differ.
    std::string text;
    for (const FamilySchema& family : view->families()) {
      for (const SeriesSchema& series : family.series) {
        text += family.options.name;
        for (const std::string& value : series.label_values) text += " " + value;
        text += " " + std::to_string(view->Counter(series));
        if (family.options.type == MetricType::kHistogram) {
          for (const uint64_t count : view->Histogram(family, series).counts)
            text += " " + std::to_string(count);
        }
        text += "\n";
      }
    }
    return text;
  }

  bool restarts = false;

 private:
  void Start() {
    LogSourceOptions options;
    options.mta = mta_;
    source_ = std::move(*LogSource::Make(*store_, std::move(options)));
  }

  void Restart(bool with_store) {
    ByteWriter state;
    source_->Save(state);
    source_.reset();
    ByteWriter metrics;
    if (with_store) {
      store_->Freeze()->Save(metrics);
      store_ = std::make_unique<MetricStore>();
    }
    Start();
    ByteReader in(state.bytes());
    REQUIRE(source_->Restore(in));
    REQUIRE(in.done());
    if (!with_store) return;
    ByteReader saved(metrics.bytes());
    const auto dropped = store_->Restore(saved);
    REQUIRE(dropped);
    REQUIRE(dropped->empty());
  }

  const std::string mta_;
  std::unique_ptr<MetricStore> store_ = std::make_unique<MetricStore>();
  std::unique_ptr<LogSource> source_;
  size_t lines_ = 0;
};

std::string MetricsOf(const Sample& sample, const std::string& bytes, size_t chunk, bool restarts) {
  Run run(sample.mta);
  run.restarts = restarts;
  LineCutter cutter;
  for (size_t at = 0; at < bytes.size(); at += chunk)
    cutter.Feed(std::string_view(bytes).substr(at, chunk), run);
  return run.Metrics();
}

TEST_CASE("crash points: saved and restored after every line of every sample, nothing changes") {
  const std::vector<Sample> samples = Samples();
  REQUIRE(samples.size() > 100);
  for (const Sample& sample : samples) {
    const std::string bytes = Read(sample.path);
    INFO(sample.path);
    CHECK(MetricsOf(sample, bytes, 1 << 16, true) == MetricsOf(sample, bytes, 1 << 16, false));
  }
}

TEST_CASE("crash points: any chunks give the same") {
  for (const Sample& sample : Samples()) {
    const std::string bytes = Read(sample.path);
    INFO(sample.path);
    const std::string whole = MetricsOf(sample, bytes, bytes.size() + 1, false);
    for (const size_t chunk : {size_t{1}, size_t{127}, size_t{4096}})
      CHECK(MetricsOf(sample, bytes, chunk, false) == whole);
  }
}

}  // namespace
}  // namespace mta
