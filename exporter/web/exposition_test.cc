// The exposition must say what prometheus-cpp's own serializer says of the same metrics.
#include "exporter/web/exposition.h"

#include <prometheus/text_serializer.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>
#include <stdexcept>

#include "catch.h"
#include "exporter/base/scanner.h"
#include "exporter/metrics/metric_store.h"
#include "exporter/web/family_writer.h"
#include "exporter/web/openmetrics_serializer.h"
#include "exporter/web/text_serializer.h"

namespace mta {
namespace {

using Labels = std::map<std::string, std::string>;
struct Sample {
  double value;
  std::string timestamp;
};
// By name and labels; `le` and `quantile` by their number, so that 1 and 1.0 are the same.
using Samples = std::map<std::pair<std::string, Labels>, Sample>;
struct Parsed {
  std::map<std::string, std::string> types;
  std::map<std::string, std::string> helps;
  Samples samples;
};

std::string Quoted(Scanner& in) {
  std::string value;
  for (;; in.Skip(1)) {
    if (in.done()) throw std::runtime_error("a label value without an end");
    const char c = in.peek();
    if (c == '"') break;
    if (c != '\\') {
      value += c;
      continue;
    }
    in.Skip(1);
    if (in.peek() != 'n' && in.peek() != '\\' && in.peek() != '"') throw std::runtime_error("unknown escape");
    value += in.peek() == 'n' ? '\n' : in.peek();
  }
  in.Skip(1);
  return value;
}

double AsNumber(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || *end != '\0') throw std::runtime_error("not a number: " + text);
  return value;
}

std::string Exact(double value) {
  char text[64];
  std::snprintf(text, sizeof text, "%a", value);
  return text;
}

void ParseSample(std::string_view line, Parsed& out) {
  Scanner in(line);
  const std::string name(in.TakeWhile([](char c) { return IsAlnum(c) || c == '_'; }));
  Labels labels;
  if (in.Take('{')) {
    while (!in.Take('}')) {
      const std::string label(in.TakeWhile([](char c) { return IsAlnum(c) || c == '_'; }));
      if (!in.Take("=\"")) throw std::runtime_error("malformed: " + std::string(line));
      const std::string value = Quoted(in);
      const bool number = label == "le" || label == "quantile";
      if (!labels.emplace(label, number ? Exact(AsNumber(value)) : value).second)
        throw std::runtime_error("label twice");
      in.Take(',');
    }
  }
  if (!in.Take(' ')) throw std::runtime_error("malformed: " + std::string(line));
  const double value = AsNumber(std::string(in.TakeWhile([](char c) { return c != ' '; })));
  const Sample sample{value, std::string(in.rest())};
  if (!out.samples.emplace(std::pair(name, labels), sample).second) throw std::runtime_error("sample twice");
}

Parsed Parse(std::string_view text) {
  Parsed out;
  Scanner lines(text);
  std::string_view line;
  while (lines.TakeUntil('\n', line)) {
    Scanner in(line);
    const bool is_help = in.Take("# HELP ");
    if (!is_help && !in.Take("# TYPE ")) {
      ParseSample(line, out);
      continue;
    }
    std::string_view name;
    if (!in.TakeUntil(' ', name)) throw std::runtime_error("malformed: " + std::string(line));
    auto& known = is_help ? out.helps : out.types;
    if (!known.emplace(name, in.rest()).second) throw std::runtime_error("head twice: " + std::string(line));
  }
  if (!lines.done()) throw std::runtime_error("no newline at the end");
  return out;
}

// TextSerializer writes 16 digits, one too few for some doubles: that much may differ, and only in fractions.
bool SameValue(double ours, double theirs) {
  return ours == theirs || std::abs(ours - theirs) <= 1e-15 * std::abs(theirs);
}

void CheckEquivalent(const std::vector<prometheus::MetricFamily>& families) {
  const prometheus::TextSerializer theirs_text;
  const FastTextSerializer ours_text;
  const Parsed theirs = Parse(static_cast<const prometheus::Serializer&>(theirs_text).Serialize(families));
  const Parsed ours = Parse(ours_text.Serialize(families));
  CHECK(ours.types == theirs.types);
  CHECK(ours.helps == theirs.helps);
  REQUIRE(ours.samples.size() == theirs.samples.size());
  for (auto a = ours.samples.begin(), b = theirs.samples.begin(); a != ours.samples.end(); ++a, ++b) {
    INFO(a->first.first << " = " << Exact(a->second.value) << ", theirs " << Exact(b->second.value));
    CHECK(a->first == b->first);
    CHECK(SameValue(a->second.value, b->second.value));
    CHECK(a->second.timestamp == b->second.timestamp);
  }
}

// A store with every type and label values that nobody wants.
void FillNasty(MetricStore& store) {
  const auto counters = store.Add({.name = "mta_a_total", .help = "Of \"a\".", .labels = {"x", "y"}});
  const auto gauges =
      store.Add({.name = "mta_b", .help = "Of b.", .type = MetricType::kGauge, .labels = {"x"}});
  const auto histograms = store.Add({.name = "mta_c_seconds",
                                     .help = "Of c.",
                                     .type = MetricType::kHistogram,
                                     .labels = {"x"},
                                     .buckets = {0.001, 0.5, 1, 10, 1e6, 1e7}});
  store.Add({.name = "mta_empty_total", .help = "No series."});
  const std::vector<std::string> nasty = {"",
                                          "plain",
                                          "a\"b",
                                          "a\\b",
                                          "a\\nb",
                                          "\\",
                                          "\"",
                                          "}",
                                          "{x=\"y\"} 1",
                                          "# HELP",
                                          "a,b",
                                          "m\xC3\xBCller",
                                          "\xF0\x9F\x93\xA8",
                                          "line\nfeed",
                                          "bad\xFF",
                                          std::string(300, 'x')};
  std::mt19937_64 random(7);
  std::lognormal_distribution<double> delay(0.0, 5.0);
  for (const std::string& x : nasty) {
    for (const std::string& y : nasty) store.Increment(store.Counter(counters, {x, y}), random() >> 12);
    store.Set(store.Gauge(gauges, {x}), delay(random) - 1);
    const auto histogram = store.Histogram(histograms, {x});
    for (int i = 0; i < 100; ++i) store.Observe(histogram, delay(random), 1 + random() % 3);
  }
}

TEST_CASE("the fast serializer says what prometheus-cpp's says") {
  MetricStore store;
  FillNasty(store);
  const auto families = ViewCollectable(store.Freeze()).Collect();
  REQUIRE(families.size() == 3);
  CheckEquivalent(families);
}

TEST_CASE("also of types and values that the store has not") {
  using prometheus::ClientMetric;
  prometheus::MetricFamily summary{"s", "A summary.", prometheus::MetricType::Summary, {ClientMetric()}};
  summary.metric[0].summary = {3, 1.5, {{0.5, 0.25}, {0.99, 1}}};
  summary.metric[0].label = {{"a", "b"}};
  prometheus::MetricFamily untyped{"u", "", prometheus::MetricType::Untyped, {ClientMetric()}};
  untyped.metric[0].untyped.value = -1e-7;
  untyped.metric[0].timestamp_ms = 1795478400123;
  prometheus::MetricFamily open{"h", "Without +Inf.", prometheus::MetricType::Histogram, {ClientMetric()}};
  open.metric[0].histogram = {5, 2.5, {{2, 0.5}, {4, 1}}};
  prometheus::MetricFamily gauge{"g", "Special values.", prometheus::MetricType::Gauge,
                                 std::vector<ClientMetric>(3)};
  const double specials[] = {std::numeric_limits<double>::infinity(),
                             -std::numeric_limits<double>::infinity(), 1e300};
  for (size_t i = 0; i < 3; ++i) {
    gauge.metric[i].label = {{"n", std::to_string(i)}};
    gauge.metric[i].gauge.value = specials[i];
  }
  CheckEquivalent({summary, untyped, open, gauge});
}

TEST_CASE("the exposition, byte by byte") {
  MetricStore store;
  const auto delays = store.Add({.name = "mta_delay_seconds",
                                 .help = "Delay.\nSecond line.",
                                 .type = MetricType::kHistogram,
                                 .labels = {"status"},
                                 .buckets = {0.5, 1}});
  const auto counters =
      store.Add({.name = "mta_attempts_total", .help = "Attempts.", .labels = {"transport", "status"}});
  const auto gauge = store.Add({.name = "mta_in_flight", .help = "Now.", .type = MetricType::kGauge});
  store.Increment(store.Counter(counters, {"smtp", "sent"}), 1234567);
  store.Counter(counters, {"lmtp", "sent"});
  store.Set(store.Gauge(gauge, {}), 1.5);
  const auto delay = store.Histogram(delays, {"sent"});
  store.Observe(delay, 0.25, 2);
  store.Observe(delay, 100);
  CHECK(FastTextSerializer().Serialize(ViewCollectable(store.Freeze()).Collect()) ==
        R"(# HELP mta_attempts_total Attempts.
# TYPE mta_attempts_total counter
mta_attempts_total{transport="lmtp",status="sent"} 0
mta_attempts_total{transport="smtp",status="sent"} 1234567
# HELP mta_delay_seconds Delay.\nSecond line.
# TYPE mta_delay_seconds histogram
mta_delay_seconds_bucket{status="sent",le="0.5"} 2
mta_delay_seconds_bucket{status="sent",le="1.0"} 2
mta_delay_seconds_bucket{status="sent",le="+Inf"} 3
mta_delay_seconds_sum{status="sent"} 100.5
mta_delay_seconds_count{status="sent"} 3
# HELP mta_in_flight Now.
# TYPE mta_in_flight gauge
mta_in_flight 1.5
)");
}

TEST_CASE("OpenMetrics, byte by byte") {
  prometheus::MetricFamily untyped{"mta_u", "", prometheus::MetricType::Untyped,
                                   std::vector<prometheus::ClientMetric>(1)};
  untyped.metric[0].timestamp_ms = 1795478400123;
  MetricStore store;
  const auto delays = store.Add(
      {.name = "mta_delay_seconds", .help = "Delay.", .type = MetricType::kHistogram, .buckets = {1}});
  const auto counters = store.Add({.name = "mta_attempts_total", .help = "\"All\".", .labels = {"status"}});
  const CounterId sent = store.Counter(counters, {"sent"});
  const HistogramId delay = store.Histogram(delays, {});
  store.Increment(sent, 3);
  store.Observe(delay, 0.5);
  store.KeepExemplars();
  store.Exemplify(sent, *Exemplar::Make("4F2A", 1, 1795478400'123'456'789));
  store.Exemplify(delay, *Exemplar::Make("4F2B", 0.5, 1795478401'000'000'000));
  const auto view = store.Freeze();
  auto families = ViewCollectable(view).Collect();
  families.push_back(untyped);
  const std::string with_exemplars = WriteFamilies(TextFormat::kOpenMetrics, families, *view);
  CHECK(with_exemplars.find(
            "\nmta_attempts_total{status=\"sent\"} 3 # {queue_id=\"4F2A\"} 1 1795478400.123\n") !=
        std::string::npos);
  CHECK(with_exemplars.find("_bucket{le=\"1.0\"} 1 # {queue_id=\"4F2B\"} 0.5 1795478401\n") !=
        std::string::npos);
  CHECK(WriteFamilies(TextFormat::kPrometheus, families, *view).find("4F2") == std::string::npos);
  CHECK(OpenMetricsSerializer().Serialize(families) == R"(# HELP mta_attempts \"All\".
# TYPE mta_attempts counter
mta_attempts_total{status="sent"} 3
# HELP mta_delay_seconds Delay.
# TYPE mta_delay_seconds histogram
mta_delay_seconds_bucket{le="1.0"} 1
mta_delay_seconds_bucket{le="+Inf"} 1
mta_delay_seconds_sum 0.5
mta_delay_seconds_count 1
# TYPE mta_u unknown
mta_u 0 1795478400.123
# EOF
)");
  CHECK(OpenMetricsSerializer().Serialize({}) == "# EOF\n");
}

TEST_CASE("nothing gives nothing") {
  CHECK(FastTextSerializer().Serialize({}).empty());
  CHECK(FastTextSerializer().Serialize({{"empty", "Nothing.", prometheus::MetricType::Counter, {}}}).empty());
  CHECK(ViewCollectable(std::make_shared<View>()).Collect().empty());
}

TEST_CASE("several collectables become one list by name") {
  MetricStore a;
  MetricStore b;
  a.Counter(a.Add({.name = "mta_z_total", .help = ""}), {});
  b.Counter(b.Add({.name = "mta_a_total", .help = ""}), {});
  a.Counter(a.Add({.name = "mta_b_total", .help = ""}), {});
  const ViewCollectable first(a.Freeze());
  const ViewCollectable second(b.Freeze());
  const prometheus::Collectable* const both[] = {&first, &second};
  std::vector<std::string> names;
  for (const auto& family : CollectAll(both)) names.push_back(family.name);
  CHECK(names == std::vector<std::string>{"mta_a_total", "mta_b_total", "mta_z_total"});
}

}  // namespace
}  // namespace mta
