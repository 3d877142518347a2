#include "exporter/app/backfill/sample_writer.h"

#include <fmt/format.h>

#include <sstream>

#include "catch.h"
#include "exporter/base/civil.h"
#include "exporter/metrics/metric_store.h"

namespace mta {
namespace {

using Lines = std::vector<std::string>;

constexpr int64_t kMinute = 60 * kNanosPerSecond;
constexpr int64_t kBegin = 100'000'000 * kMinute;  // 6000000000 s

const FamilyOptions kAttempts{
    .name = "mta_attempts_total", .help = "Recipients, \"tried\".", .labels = {"source", "status"}};
const FamilyOptions kInFlight{
    .name = "mta_in_flight", .help = "Now.", .type = MetricType::kGauge, .labels = {"source"}};
const FamilyOptions kDelay{.name = "mta_delay_seconds",
                           .help = "Delay.",
                           .type = MetricType::kHistogram,
                           .labels = {"source"},
                           .buckets = {0.5, 10}};
const FamilyOptions kOfNoSource{.name = "mta_label_limit_total", .help = "Limits.", .labels = {"metric"}};

struct FileWithText {
  ~FileWithText() { std::fclose(file); }
  std::FILE* const file = std::tmpfile();
  std::string Text() {
    std::string text(static_cast<size_t>(std::ftell(file)), '\0');
    std::rewind(file);
    text.resize(std::fread(text.data(), 1, text.size(), file));
    return text;
  }
};

std::string Written(SampleWriter& samples) {
  FileWithText out;
  REQUIRE(samples.Finish(out.file, [](uint64_t) {}));
  return out.Text();
}

// The samples whose series begins with `name`: "value@minute".
Lines Samples(const std::string& text, const std::string& name) {
  Lines found;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with(name)) continue;
    std::istringstream words(line.substr(line.find("} ") + 2));
    std::string value;
    int64_t seconds = 0;
    words >> value >> seconds;
    found.push_back(
        fmt::format("{}@{:g}", value, static_cast<double>(seconds - kBegin / kNanosPerSecond) / 60));
  }
  return found;
}

class Scene {
 public:
  explicit Scene(SampleWriter& samples) : samples_(samples) { samples.BeginStore(); }

  MetricStore store;
  // Samples at these minutes, the last one included.
  void Write(int from, int to) {
    for (int minute = from; minute <= to; ++minute)
      REQUIRE(samples_.Write(store.Freeze(), kBegin + minute * kMinute));
  }

 private:
  SampleWriter& samples_;
};

TEST_CASE("a series has a sample at each step around a change, and one every two minutes else") {
  SampleWriter samples(kMinute, {});
  Scene scene(samples);
  const CounterId sent = scene.store.Counter(scene.store.Add(kAttempts), {"mail", "sent"});
  scene.Write(0, 199);
  scene.store.Increment(sent);
  scene.Write(200, 300);
  REQUIRE(samples.Pause(kBegin + 300 * kMinute));
  Lines expected;
  for (int minute = 0; minute <= 60; ++minute) expected.push_back(fmt::format("0@{}", minute));
  for (int minute = 62; minute <= 138; minute += 2) expected.push_back(fmt::format("0@{}", minute));
  for (int minute = 139; minute <= 199; ++minute) expected.push_back(fmt::format("0@{}", minute));
  for (int minute = 200; minute <= 260; ++minute) expected.push_back(fmt::format("1@{}", minute));
  for (int minute = 262; minute <= 300; minute += 2) expected.push_back(fmt::format("1@{}", minute));
  CHECK(Samples(Written(samples), "mta_attempts_total") == expected);
  CHECK(samples.samples() == expected.size());
  CHECK(samples.series_written() == 1);
}

TEST_CASE("a step longer than two minutes is kept at every step") {
  SampleWriter samples(5 * kMinute, {});
  Scene scene(samples);
  scene.store.Counter(scene.store.Add(kAttempts), {"mail", "sent"});
  for (int minute = 0; minute <= 200; minute += 5) scene.Write(minute, minute);
  REQUIRE(samples.Pause(kBegin + 200 * kMinute));
  CHECK(samples.samples() == 41);
}

TEST_CASE("a pause has no samples, and what comes after it is dense again") {
  SampleWriter samples(kMinute, {});
  Scene scene(samples);
  scene.store.Counter(scene.store.Add(kAttempts), {"mail", "sent"});
  scene.Write(0, 100);
  REQUIRE(samples.Pause(kBegin + 100 * kMinute));
  scene.Write(5000, 5001);
  const Lines found = Samples(Written(samples), "mta_attempts_total");
  REQUIRE(found.size() > 3);
  CHECK(Lines(found.end() - 3, found.end()) == Lines{"0@100", "0@5000", "0@5001"});
}

TEST_CASE("at the end counters stand at 0, so that whoever counts on is seen to begin anew") {
  SampleWriter samples(kMinute, {});
  Scene scene(samples);
  scene.store.Increment(scene.store.Counter(scene.store.Add(kAttempts), {"mail", "sent"}), 7);
  scene.store.Set(scene.store.Gauge(scene.store.Add(kInFlight), {"mail"}), 3);
  scene.store.Observe(scene.store.Histogram(scene.store.Add(kDelay), {"mail"}), 2);
  scene.Write(0, 0);
  REQUIRE(samples.Pause(kBegin));
  REQUIRE(samples.End(kBegin + kMinute));
  const std::string text = Written(samples);
  CHECK(Samples(text, "mta_attempts_total") == Lines{"7@0", "0@1"});
  CHECK(Samples(text, "mta_in_flight") == Lines{"3@0"});
  CHECK(Samples(text, "mta_delay_seconds_bucket{source=\"mail\",le=\"10.0\"}") == Lines{"1@0", "0@1"});
  CHECK(Samples(text, "mta_delay_seconds_sum") == Lines{"2@0", "0@1"});
  CHECK(Samples(text, "mta_delay_seconds_count") == Lines{"1@0", "0@1"});
}

TEST_CASE("the file is OpenMetrics: families in one piece, with their heads, and an end") {
  SampleWriter samples(kMinute, {{"job", "m\"ta"}});
  for (const std::string_view source : {"one", "two"}) {
    Scene scene(samples);
    scene.store.Increment(scene.store.Counter(scene.store.Add(kAttempts), {source, "sent"}), 2);
    scene.store.Observe(scene.store.Histogram(scene.store.Add(kDelay), {source}), 0.1);
    scene.store.Observe(scene.store.Histogram(scene.store.Add(kDelay), {source}), 99.5);
    scene.Write(0, 0);
  }
  CHECK(Written(samples) == R"(# TYPE mta_attempts counter
# HELP mta_attempts Recipients, \"tried\".
mta_attempts_total{job="m\"ta",source="one",status="sent"} 2 6000000000
mta_attempts_total{job="m\"ta",source="two",status="sent"} 2 6000000000
# TYPE mta_delay_seconds histogram
# HELP mta_delay_seconds Delay.
mta_delay_seconds_bucket{job="m\"ta",source="one",le="0.5"} 1 6000000000
mta_delay_seconds_bucket{job="m\"ta",source="one",le="10.0"} 1 6000000000
mta_delay_seconds_bucket{job="m\"ta",source="one",le="+Inf"} 2 6000000000
mta_delay_seconds_sum{job="m\"ta",source="one"} 99.6 6000000000
mta_delay_seconds_count{job="m\"ta",source="one"} 2 6000000000
mta_delay_seconds_bucket{job="m\"ta",source="two",le="0.5"} 1 6000000000
mta_delay_seconds_bucket{job="m\"ta",source="two",le="10.0"} 1 6000000000
mta_delay_seconds_bucket{job="m\"ta",source="two",le="+Inf"} 2 6000000000
mta_delay_seconds_sum{job="m\"ta",source="two"} 99.6 6000000000
mta_delay_seconds_count{job="m\"ta",source="two"} 2 6000000000
# EOF
)");
}

TEST_CASE("what is of no source is left out, as it could be of any") {
  SampleWriter samples(kMinute, {});
  Scene scene(samples);
  scene.store.Counter(scene.store.Add(kOfNoSource), {"mta_attempts_total"});
  scene.Write(0, 5);
  CHECK(Written(samples) == "# EOF\n");
}

TEST_CASE("nothing read: only the end") {
  SampleWriter samples(kMinute, {});
  samples.BeginStore();
  CHECK(samples.Pause(kBegin));
  CHECK(samples.End(kBegin));
  CHECK(Written(samples) == "# EOF\n");
}

TEST_CASE("a full disk is said") {
  SampleWriter samples(kMinute, {});
  Scene scene(samples);
  scene.store.Counter(scene.store.Add(kAttempts), {"mail", "sent"});
  scene.Write(0, 0);
  std::FILE* full = std::fopen("/dev/full", "w");
  REQUIRE(full != nullptr);
  std::setvbuf(full, nullptr, _IONBF, 0);
  const Outcome written = samples.Finish(full, [](uint64_t) {});
  std::fclose(full);
  REQUIRE_FALSE(written);
  CHECK(written.error().message.find("No space left") != std::string::npos);
}

}  // namespace
}  // namespace mta
