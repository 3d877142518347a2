#include "exporter/app/serve/restore.h"

#include "catch.h"
#include "exporter/tail/test_file_system.h"

namespace mta {
namespace {

// Counts lines, and knows how many it has read.
class TestSource final : public Source {
 public:
  TestSource(MetricStore& store, std::string name, std::vector<double> buckets)
      : store_(store),
        name_(std::move(name)),
        lines_(store.Counter(store.Add({.name = "lines_total", .help = "l", .labels = {"source"}}), {name_})),
        sizes_(store.Histogram(store.Add({.name = "sizes",
                                          .help = "s",
                                          .type = MetricType::kHistogram,
                                          .labels = {"source"},
                                          .buckets = std::move(buckets)}),
                               {name_})) {}
  const std::string& name() const override { return name_; }
  Polled Poll(uint64_t) override {
    ++position_;
    store_.Increment(lines_);
    store_.Observe(sizes_, 3);
    return {true, false};
  }
  void Refresh() override {}
  SourceStatus Status() const override { return {}; }
  void Save(ByteWriter& out) const override { out.Put(position_); }
  Restored Restore(ByteReader& in) override {
    position_ = answer == Restored::kNothing ? 0 : in.Get<uint64_t>();
    return answer;
  }

  uint64_t position() const { return position_; }
  uint64_t lines() const { return store_.Value(lines_); }
  Restored answer = Restored::kWhole;

 private:
  MetricStore& store_;
  const std::string name_;
  const CounterId lines_;
  const HistogramId sizes_;
  uint64_t position_ = 0;
};

// A run of the program: its sources, and what it has restored.
struct Run {
  Run(TestFileSystem& fs, const std::vector<std::string>& names, std::vector<double> buckets = {1, 10}) {
    directory = std::move(*StateDirectory::Open(fs, "/state"));
    for (const std::string& name : names) {
      sources.push_back(std::make_unique<TestSource>(store, name, buckets));
    }
  }
  TestSource& operator[](size_t i) { return static_cast<TestSource&>(*sources[i]); }
  void Restore(TestFileSystem& fs) {
    StateKeeper keeper(
        fs, logger, publisher, nullptr, [] {}, 1);
    RestoreState(*directory, sources, store, keeper, logger);
  }
  // Its first source has read `lines` lines, its second one more, and so on.
  void Read(int lines) {
    for (const auto& source : sources) {
      for (int i = 0; i < lines; ++i) source->Poll(1);
      ++lines;
    }
  }
  void Save() {
    Snapshot snapshot;
    ByteWriter metrics;
    store.Freeze()->Save(metrics);
    snapshot.push_back({kMetricsSection, metrics.Take()});
    for (const auto& source : sources) {
      ByteWriter out;
      source->Save(out);
      snapshot.push_back({kSourceSection + source->name(), out.Take()});
    }
    REQUIRE(directory->Save(snapshot));
  }
  // What was counted of `cause`.
  double Dropped(std::string_view cause) {
    const FamilyId family = store.Add({.name = "mta_exporter_state_dropped_parts",
                                       .help = "",
                                       .type = MetricType::kGauge,
                                       .labels = {"cause"}});
    return store.Value(store.Gauge(family, {cause}));
  }
  bool HasSeriesOf(const std::string& source) {
    for (const FamilySchema& family : store.Freeze()->families()) {
      for (const SeriesSchema& series : family.series) {
        if (series.label_values.at(0) == source) return true;
      }
    }
    return false;
  }

  std::FILE* const null = std::fopen("/dev/null", "w");
  Logger logger{null};
  Publisher publisher;
  MetricStore store;
  std::vector<std::unique_ptr<Source>> sources;
  std::unique_ptr<StateDirectory> directory;
};

// Two sources that have read 3 and 4 lines, saved.
void SaveTwo(TestFileSystem& fs) {
  Run run(fs, {"mx1", "mx2"});
  run.Read(3);
  run.Save();
}

std::string& FileIn(TestFileSystem& fs) {
  return fs.Open("/state/snapshot", false)->bytes;
}

TEST_CASE("everything comes back, and nothing is missed") {
  TestFileSystem fs("/state");
  SaveTwo(fs);
  Run run(fs, {"mx1", "mx2"});
  run.Restore(fs);
  CHECK(run[0].position() == 3);
  CHECK(run[0].lines() == 3);
  CHECK(run[1].lines() == 4);
  for (const char* cause : {"damaged", "foreign", "removed", "changed"}) CHECK(run.Dropped(cause) == 0);
  CHECK_FALSE(fs.Exists("/state/snapshot.old"));
}

TEST_CASE("the first start finds nothing, and misses nothing") {
  TestFileSystem fs("/state");
  Run run(fs, {"mx1"});
  run.Restore(fs);
  CHECK(run[0].lines() == 0);
  CHECK(run.Dropped("damaged") == 0);
}

TEST_CASE("a source that is no longer followed: its metrics end, the others go on") {
  TestFileSystem fs("/state");
  SaveTwo(fs);
  Run run(fs, {"mx2", "new"});
  run.Restore(fs);
  CHECK(run[0].lines() == 4);
  CHECK(run[1].lines() == 0);
  CHECK_FALSE(run.HasSeriesOf("mx1"));
  CHECK(run.Dropped("removed") == 1);
  CHECK(fs.Exists("/state/snapshot.old"));
}

TEST_CASE("a source whose position is lost begins anew, with its metrics: no line counts twice") {
  TestFileSystem fs("/state");
  SaveTwo(fs);
  SECTION("its part is damaged") {
    FileIn(fs).back() = 'x';
    Run run(fs, {"mx1", "mx2"});
    run.Restore(fs);
    CHECK(run[0].lines() == 3);
    CHECK(run[1].position() == 0);
    CHECK(run[1].lines() == 0);
    CHECK(run.Dropped("damaged") == 1);
  }
  SECTION("it follows another log") {
    Run run(fs, {"mx1", "mx2"});
    run[0].answer = Source::Restored::kNothing;
    run.Restore(fs);
    CHECK(run[0].lines() == 0);
    CHECK(run[1].lines() == 4);
    CHECK(run.Dropped("changed") == 1);
  }
}

TEST_CASE("a source of which something could not be taken up goes on") {
  TestFileSystem fs("/state");
  SaveTwo(fs);
  Run run(fs, {"mx1", "mx2"});
  run[0].answer = Source::Restored::kPartly;
  run.Restore(fs);
  CHECK(run[0].position() == 3);
  CHECK(run[0].lines() == 3);
  CHECK(run.Dropped("damaged") == 1);
}

TEST_CASE("other buckets: that metric begins at 0, the rest is kept") {
  TestFileSystem fs("/state");
  SaveTwo(fs);
  Run run(fs, {"mx1", "mx2"}, {1, 10, 100});
  run.Restore(fs);
  CHECK(run[0].lines() == 3);
  CHECK(run.Dropped("changed") == 1);
  for (const FamilySchema& family : run.store.Freeze()->families()) {
    if (family.options.name != "sizes") continue;
    for (const SeriesSchema& series : family.series) {
      CHECK(run.store.Freeze()->Histogram(family, series).sum == 0);
    }
  }
}

TEST_CASE("damaged metrics: counters begin at 0, no line is read again") {
  TestFileSystem fs("/state");
  SaveTwo(fs);
  std::string& file = FileIn(fs);
  file[file.find("lines_total")] = 'X';
  Run run(fs, {"mx1", "mx2"});
  run.Restore(fs);
  CHECK(run[0].position() == 3);
  CHECK(run[0].lines() == 0);
  CHECK(run.Dropped("damaged") == 1);
}

TEST_CASE(
    "another version's state, another program's file, a disk that fails: all begins anew, the file is kept") {
  TestFileSystem fs("/state");
  SaveTwo(fs);
  Run run(fs, {"mx1", "mx2"});
  SECTION("another version's") {
    ++FileIn(fs)[FileIn(fs).find('\n') + 1];
    run.Restore(fs);
    CHECK(run.Dropped("foreign") == 1);
    CHECK(fs.Open("/state/snapshot.old", false)->bytes == FileIn(fs));
  }
  SECTION("another program's") {
    FileIn(fs) = "{}";
    run.Restore(fs);
    CHECK(run.Dropped("foreign") == 1);
    CHECK(fs.Open("/state/snapshot.old", false)->bytes == "{}");
  }
  SECTION("cannot be read") {
    fs.before_call = [](const char* call, const std::string&) {
      return std::string(call) == "read" ? EIO : 0;
    };
    run.Restore(fs);
    CHECK(run.Dropped("damaged") == 1);
  }
  CHECK(run[0].position() == 0);
  CHECK(run[0].lines() == 0);
}

TEST_CASE("what holds for one run only does not come back") {
  TestFileSystem fs("/state");
  {
    Run run(fs, {"mx1"});
    const FamilyId warnings = run.store.Add({.name = "mta_exporter_source_warning",
                                             .help = "w",
                                             .type = MetricType::kGauge,
                                             .labels = {"source", "warning"}});
    run.store.Set(run.store.Gauge(warnings, {"mx1", "permission"}), 1);
    run.Dropped("removed");
    run.Save();
  }
  Run run(fs, {"mx1"});
  run.Restore(fs);
  for (const FamilySchema& family : run.store.Freeze()->families()) {
    if (family.options.name == "mta_exporter_source_warning") CHECK(family.series.empty());
  }
  CHECK(run.Dropped("changed") == 0);
}

}  // namespace
}  // namespace mta
