#include "exporter/metrics/metric_store.h"

#include <cmath>
#include <cstdlib>
#include <limits>
#include <new>
#include <numeric>
#include <stdexcept>
#include <thread>

#include "catch.h"

namespace {
thread_local uint64_t allocations = 0;
}  // namespace

// Not inlined: where only one of a pair is, g++ 14 takes malloc() and delete for a mismatch.
[[gnu::noinline]] void* operator new(size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size > 0 ? size : 1)) return memory;
  throw std::bad_alloc();
}
void* operator new(size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  return std::malloc(size > 0 ? size : 1);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, size_t) noexcept {
  std::free(memory);
}

namespace mta {
namespace {

using Strings = std::vector<std::string>;

const FamilyOptions kAttempts{
    .name = "mta_attempts_total", .help = "Attempts.", .labels = {"transport", "status"}};
const FamilyOptions kInFlight{.name = "mta_in_flight", .help = "Now.", .type = MetricType::kGauge};
const FamilyOptions kDelay{.name = "mta_delay_seconds",
                           .help = "Delay.",
                           .type = MetricType::kHistogram,
                           .labels = {"status"},
                           .buckets = {0.1, 1, 10}};
const FamilyOptions kDestinations{.name = "mta_destinations_total",
                                  .help = "By domain.",
                                  .labels = {"source", "destination"},
                                  .max_series = 2,
                                  .kept_labels = 1};

const FamilySchema& FamilyOf(const View& view, std::string_view name) {
  for (const FamilySchema& family : view.families()) {
    if (family.options.name == name) return family;
  }
  throw std::runtime_error("no family " + std::string(name));
}

const SeriesSchema* SeriesOf(const View& view, std::string_view name, const Strings& values) {
  for (const SeriesSchema& series : FamilyOf(view, name).series) {
    if (series.label_values == values) return &series;
  }
  return nullptr;
}

uint64_t CounterOf(const View& view, std::string_view name, const Strings& values) {
  const SeriesSchema* series = SeriesOf(view, name, values);
  if (series == nullptr) throw std::runtime_error("no such series of " + std::string(name));
  return view.Counter(*series);
}

HistogramValue HistogramOf(const View& view, std::string_view name, const Strings& values) {
  return view.Histogram(FamilyOf(view, name), *SeriesOf(view, name, values));
}

std::vector<uint64_t> Counts(const HistogramValue& value) {
  return {value.counts.begin(), value.counts.end()};
}

std::string Saved(MetricStore& store) {
  ByteWriter out;
  store.Freeze()->Save(out);
  return out.Take();
}

Result<Strings> RestoreFrom(const std::string& bytes, MetricStore& store) {
  ByteReader in(bytes);
  return store.Restore(in);
}

TEST_CASE("counters are exact beyond the integers of a double") {
  MetricStore store;
  const CounterId counter = store.Counter(store.Add(kAttempts), {"smtp", "sent"});
  store.Increment(counter, (uint64_t{1} << 53) + 1);
  store.Increment(counter);
  store.Increment(counter, 0);
  CHECK(store.Value(counter) == (uint64_t{1} << 53) + 2);
}

TEST_CASE("a series exists with 0 from its first mention, and only once") {
  MetricStore store;
  const FamilyId family = store.Add(kAttempts);
  const CounterId first = store.Counter(family, {"smtp", "sent"});
  CHECK(CounterOf(*store.Freeze(), "mta_attempts_total", {"smtp", "sent"}) == 0);
  store.Increment(first);
  const CounterId again = store.Counter(family, {"smtp", "sent"});
  CHECK(again.cell == first.cell);
  CHECK(store.Value(again) == 1);
  CHECK(store.Counter(family, {"sent", "smtp"}).cell != first.cell);
  CHECK(store.Counter(family, {"smtpsent", ""}).cell != first.cell);
}

TEST_CASE("histogram bounds include their value, +Inf takes the rest") {
  MetricStore store;
  const HistogramId delay = store.Histogram(store.Add(kDelay), {"sent"});
  for (const double value : {0.0, 0.1, 0.10001, 1.0, 10.0, 10.5, -2.0}) store.Observe(delay, value);
  const auto view = store.Freeze();
  const HistogramValue value = HistogramOf(*view, "mta_delay_seconds", {"sent"});
  CHECK(Counts(value) == std::vector<uint64_t>{3, 2, 1, 1});
  CHECK(value.sum == Approx(0.1 + 0.10001 + 1 + 10 + 10.5 - 2));
}

TEST_CASE("an observation falls into its bucket, however many buckets there are") {
  MetricStore store;
  for (int bounds = 1; bounds <= 33; ++bounds) {
    FamilyOptions options{
        .name = "mta_" + std::to_string(bounds), .help = "", .type = MetricType::kHistogram};
    for (int bound = 1; bound <= bounds; ++bound) options.buckets.push_back(bound);
    const HistogramId histogram = store.Histogram(store.Add(options), {});
    std::vector<uint64_t> expected;
    for (int bucket = 0; bucket <= bounds; ++bucket) {
      expected.push_back(static_cast<uint64_t>(bucket) + 2);
      store.Observe(histogram, bucket + 0.5, static_cast<uint64_t>(bucket) + 1);
      store.Observe(histogram, bucket + 0.999);
    }
    store.Observe(histogram, bounds);  // its own bound belongs to a bucket
    ++expected[static_cast<size_t>(bounds) - 1];
    CHECK(Counts(HistogramOf(*store.Freeze(), options.name, {})) == expected);
  }
}

TEST_CASE("a repeated observation counts as often as it says") {
  MetricStore store;
  const HistogramId delay = store.Histogram(store.Add(kDelay), {"sent"});
  store.Observe(delay, 0.5, 4);
  store.Observe(delay, 3, 0);
  const auto view = store.Freeze();
  CHECK(Counts(HistogramOf(*view, "mta_delay_seconds", {"sent"})) == std::vector<uint64_t>{0, 4, 0, 0});
  CHECK(HistogramOf(*view, "mta_delay_seconds", {"sent"}).sum == 2.0);
}

TEST_CASE("what is not finite never gets in") {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  MetricStore store;
  const HistogramId delay = store.Histogram(store.Add(kDelay), {"sent"});
  const GaugeId gauge = store.Gauge(store.Add(kInFlight), {});
  store.Set(gauge, 7);
  for (const double value : {std::nan(""), kInfinity, -kInfinity}) {
    store.Observe(delay, value);
    store.Observe(delay, value, 0);
    store.Set(gauge, value);
  }
  const double huge = std::numeric_limits<double>::max();
  store.Observe(delay, huge);
  store.Observe(delay, huge);  // the sum has no room for it
  const auto view = store.Freeze();
  CHECK(Counts(HistogramOf(*view, "mta_delay_seconds", {"sent"})) == std::vector<uint64_t>{0, 0, 0, 1});
  CHECK(HistogramOf(*view, "mta_delay_seconds", {"sent"}).sum == huge);
  CHECK(store.Value(gauge) == 7);
}

TEST_CASE("a histogram without buckets still counts") {
  MetricStore store;
  const FamilyId family = store.Add({.name = "mta_size_bytes", .help = "", .type = MetricType::kHistogram});
  store.Observe(store.Histogram(family, {}), 5, 2);
  const auto view = store.Freeze();
  CHECK(Counts(HistogramOf(*view, "mta_size_bytes", {})) == std::vector<uint64_t>{2});
}

TEST_CASE("a default handle writes to no series") {
  MetricStore store;
  const CounterId counter = store.Counter(store.Add(kAttempts), {"smtp", "sent"});
  CHECK_FALSE(CounterId{});
  CHECK(counter);
  store.Increment(CounterId{}, UINT64_MAX);
  store.Set(GaugeId{}, 3);
  store.Observe(HistogramId{}, 3);
  CHECK(store.Value(counter) == 0);
}

TEST_CASE("a full family gives its overflow series and says how often") {
  MetricStore store;
  const FamilyId family = store.Add(kDestinations);
  CHECK(CounterOf(*store.Freeze(), "mta_exporter_label_limit_total", {"mta_destinations_total"}) == 0);
  store.Increment(store.Counter(family, {"a", "example.com"}));
  store.Increment(
      store.Counter(family, {"a", "other"}));  // the overflow series by its own name takes no room
  store.Increment(store.Counter(family, {"b", "example.com"}));
  for (const char* domain : {"x.org", "y.org", "z.org"})
    store.Increment(store.Counter(family, {"a", domain}));
  store.Increment(store.Counter(family, {"b", "x.org"}));
  store.Increment(store.Counter(family, {"b", "example.com"}));  // known: still its own

  const auto view = store.Freeze();
  CHECK(FamilyOf(*view, "mta_destinations_total").series.size() == 4);
  CHECK(CounterOf(*view, "mta_destinations_total", {"a", "example.com"}) == 1);
  CHECK(CounterOf(*view, "mta_destinations_total", {"a", "other"}) == 4);
  CHECK(CounterOf(*view, "mta_destinations_total", {"b", "example.com"}) == 2);
  CHECK(CounterOf(*view, "mta_destinations_total", {"b", "other"}) == 1);
  CHECK(CounterOf(*view, "mta_exporter_label_limit_total", {"mta_destinations_total"}) == 4);
}

TEST_CASE("hostile label values are stored clean, and found again") {
  MetricStore store;
  const FamilyId family = store.Add(kAttempts);
  const CounterId counter = store.Counter(family, {"smtp\xFF", "a\nb"});
  CHECK(store.Counter(family, {"smtp\xFF", "a\nb"}).cell == counter.cell);
  CHECK(store.Counter(family, {"smtp\xFE", "a\rb"}).cell == counter.cell);
  CHECK(SeriesOf(*store.Freeze(), "mta_attempts_total",
                 {"smtp\xEF\xBF\xBD",
                  "a\xEF\xBF\xBD"
                  "b"}) != nullptr);
}

TEST_CASE("a view does not change with the store, and outlives it") {
  auto store = std::make_unique<MetricStore>();
  const FamilyId family = store->Add(kAttempts);
  const CounterId counter = store->Counter(family, {"smtp", "sent"});
  store->Increment(counter);
  const auto before = store->Freeze();
  store->Increment(counter, 10);
  store->Counter(family, {"lmtp", "sent"});
  const auto after = store->Freeze();
  store.reset();
  CHECK(CounterOf(*before, "mta_attempts_total", {"smtp", "sent"}) == 1);
  CHECK(SeriesOf(*before, "mta_attempts_total", {"lmtp", "sent"}) == nullptr);
  CHECK(CounterOf(*after, "mta_attempts_total", {"smtp", "sent"}) == 11);
  CHECK(SeriesOf(*after, "mta_attempts_total", {"lmtp", "sent"}) != nullptr);
}

TEST_CASE("views are read while the store goes on") {
  MetricStore store;
  const FamilyId family = store.Add(kAttempts);
  const CounterId counter = store.Counter(family, {"smtp", "sent"});
  store.Increment(counter, 42);
  const auto view = store.Freeze();
  uint64_t seen = 0;
  std::thread reader([&] {
    for (int i = 0; i < 1000; ++i) seen += CounterOf(*view, "mta_attempts_total", {"smtp", "sent"});
  });
  for (int i = 0; i < 1000; ++i) {
    store.Increment(counter);
    store.Counter(family, {"smtp", std::to_string(i)});
    store.Freeze();
  }
  reader.join();
  CHECK(seen == 42'000);
}

TEST_CASE("families come by name and series by label values, whatever came first") {
  MetricStore store;
  const FamilyId attempts = store.Add(kAttempts);
  store.Counter(attempts, {"smtp", "sent"});
  store.Counter(attempts, {"lmtp", "sent"});
  store.Counter(attempts, {"lmtp", "bounced"});
  store.Add({.name = "mta_aaa", .help = "", .type = MetricType::kGauge});
  const auto view = store.Freeze();
  Strings names;
  for (const auto& family : view->families()) names.push_back(family.options.name);
  CHECK(names == Strings{"mta_aaa", "mta_attempts_total", "mta_exporter_label_limit_total"});
  std::vector<Strings> values;
  for (const auto& series : view->families()[1].series) values.push_back(series.label_values);
  CHECK(values == std::vector<Strings>{{"lmtp", "bounced"}, {"lmtp", "sent"}, {"smtp", "sent"}});
}

TEST_CASE("a family added twice is one family") {
  MetricStore store;
  const FamilyId family = store.Add(kDelay);
  CHECK(store.Add(kDelay).index == family.index);
  FamilyOptions changed = kDelay;
  changed.buckets = {1};
  CHECK_THROWS_AS(store.Add(changed), std::invalid_argument);
}

TEST_CASE("errors of the program are found at once") {
  MetricStore store;
  const auto bad = [&](FamilyOptions options) { CHECK_THROWS_AS(store.Add(options), std::invalid_argument); };
  bad({.name = "", .help = "", .type = MetricType::kGauge});
  bad({.name = "mta-delay", .help = "", .type = MetricType::kGauge});
  bad({.name = "9_total", .help = ""});
  bad({.name = "mta_attempts", .help = ""});                                 // a counter without _total
  bad({.name = "mta_queue_total", .help = "", .type = MetricType::kGauge});  // a gauge with it
  bad({.name = "mta_a_total", .help = "", .labels = {"__name__"}});
  bad({.name = "mta_a_total", .help = "", .labels = {"a", "b", "c", "d", "e", "f", "g", "h", "i"}});
  bad({.name = "mta_a_total", .help = "", .buckets = {1}});
  bad({.name = "mta_a_seconds", .help = "", .type = MetricType::kHistogram, .buckets = {1, 1}});
  bad({.name = "mta_a_seconds", .help = "", .type = MetricType::kHistogram, .buckets = {1, HUGE_VAL}});
  bad({.name = "mta_a_seconds", .help = "", .type = MetricType::kHistogram, .labels = {"le"}});
  bad({.name = "mta_a_total", .help = "", .labels = {"a"}, .max_series = 5, .kept_labels = 1});
  const FamilyId family = store.Add(kAttempts);
  CHECK_THROWS_AS(store.Counter(family, {"smtp"}), std::invalid_argument);
  CHECK_THROWS_AS(store.Gauge(family, {"smtp", "sent"}), std::invalid_argument);
}

TEST_CASE("restored values are the same to the bit") {
  MetricStore store;
  const CounterId counter = store.Counter(store.Add(kAttempts), {"smtp", "sent"});
  const HistogramId delay = store.Histogram(store.Add(kDelay), {"sent"});
  const GaugeId gauge = store.Gauge(store.Add(kInFlight), {});
  store.Increment(counter, UINT64_MAX - 1);
  store.Set(gauge, -0.1);
  for (int i = 0; i < 100; ++i) store.Observe(delay, 0.1 * i);
  const std::string saved = Saved(store);

  MetricStore next;  // families added in another order, one series known before
  const FamilyId delays = next.Add(kDelay);
  next.Add(kInFlight);
  next.Histogram(delays, {"deferred"});
  next.Add(kAttempts);
  const auto dropped = RestoreFrom(saved, next);
  REQUIRE(dropped);
  CHECK(dropped->empty());
  next.Observe(next.Histogram(delays, {"sent"}), 0.3);
  store.Observe(delay, 0.3);
  store.Histogram(store.Add(kDelay), {"deferred"});

  const auto a = store.Freeze();
  const auto b = next.Freeze();
  CHECK(CounterOf(*b, "mta_attempts_total", {"smtp", "sent"}) == UINT64_MAX - 1);
  CHECK(b->Gauge(*SeriesOf(*b, "mta_in_flight", {})) == -0.1);
  const HistogramValue was = HistogramOf(*a, "mta_delay_seconds", {"sent"});
  const HistogramValue is = HistogramOf(*b, "mta_delay_seconds", {"sent"});
  CHECK(std::bit_cast<uint64_t>(was.sum) == std::bit_cast<uint64_t>(is.sum));
  CHECK(Counts(was) == Counts(is));
}

TEST_CASE("a family whose schema changed is dropped and named, the rest is kept") {
  MetricStore store;
  store.Increment(store.Counter(store.Add(kAttempts), {"smtp", "sent"}), 5);
  store.Observe(store.Histogram(store.Add(kDelay), {"sent"}), 2);
  store.Set(store.Gauge(store.Add(kInFlight), {}), 3);
  store.Increment(store.Counter(store.Add({.name = "mta_gone_total", .help = ""}), {}), 9);
  const std::string saved = Saved(store);

  MetricStore next;
  FamilyOptions delay = kDelay;
  delay.buckets = {0.1, 1, 20};
  next.Add(delay);
  FamilyOptions in_flight = kInFlight;
  in_flight.labels = {"source"};
  next.Add(in_flight);
  FamilyOptions attempts = kAttempts;
  attempts.help = "Another help text is no change.";
  next.Add(attempts);
  const auto dropped = RestoreFrom(saved, next);
  REQUIRE(dropped);
  CHECK(*dropped == Strings{"mta_delay_seconds", "mta_gone_total", "mta_in_flight"});
  const auto view = next.Freeze();
  CHECK(CounterOf(*view, "mta_attempts_total", {"smtp", "sent"}) == 5);
  CHECK(FamilyOf(*view, "mta_delay_seconds").series.empty());
  CHECK(FamilyOf(*view, "mta_in_flight").series.empty());
}

TEST_CASE("a lower limit folds restored series into the overflow series, and no count is lost") {
  MetricStore store;
  FamilyOptions wide = kDestinations;
  wide.max_series = 3;
  const FamilyId family = store.Add(wide);
  for (const char* domain : {"a", "b", "c", "d"}) store.Increment(store.Counter(family, {"mx1", domain}), 10);
  MetricStore next;
  FamilyOptions narrow = kDestinations;
  narrow.max_series = 1;
  next.Add(narrow);
  REQUIRE(RestoreFrom(Saved(store), next));
  const auto view = next.Freeze();
  CHECK(CounterOf(*view, "mta_destinations_total", {"mx1", "a"}) == 10);
  CHECK(CounterOf(*view, "mta_destinations_total", {"mx1", "other"}) == 30);
  CHECK(FamilyOf(*view, "mta_destinations_total").series.size() == 2);
}

TEST_CASE("restore: what is not to be kept is left out, and not missed") {
  MetricStore store;
  const FamilyId lines = store.Add({.name = "lines_total", .help = "l", .labels = {"source"}});
  const FamilyId gone = store.Add({.name = "gone_total", .help = "g", .labels = {"source"}});
  store.Increment(store.Counter(lines, {"here"}), 3);
  store.Increment(store.Counter(lines, {"elsewhere"}), 5);
  store.Increment(store.Counter(gone, {"elsewhere"}), 7);
  MetricStore next;
  next.Add({.name = "lines_total", .help = "l", .labels = {"source"}});
  const std::string bytes = Saved(store);
  ByteReader in(bytes);
  const auto dropped = next.Restore(
      in, [](const FamilyOptions&, const SeriesSchema& series) { return series.label_values[0] == "here"; });
  REQUIRE(dropped);
  CHECK(dropped->empty());
  CHECK(next.Value(next.Counter(lines, {"here"})) == 3);
  CHECK(next.Value(next.Counter(lines, {"elsewhere"})) == 0);
}

TEST_CASE("a saved view loads as it was") {
  MetricStore store;
  store.Observe(store.Histogram(store.Add(kDelay), {"sent"}), 2);
  const std::string saved = Saved(store);
  ByteReader in(saved);
  const auto view = View::Load(in);
  REQUIRE(view);
  CHECK(in.done());
  ByteWriter again;
  view->Save(again);
  CHECK(again.bytes() == saved);
}

TEST_CASE("damaged bytes change nothing and never read beyond their end") {
  MetricStore store;
  store.Increment(store.Counter(store.Add(kAttempts), {"smtp", "sent"}), 5);
  store.Observe(store.Histogram(store.Add(kDelay), {"sent"}), 2);
  const std::string saved = Saved(store);
  for (size_t size = 0; size < saved.size(); ++size) {
    MetricStore next;
    next.Add(kAttempts);
    CHECK_FALSE(RestoreFrom(saved.substr(0, size), next));
    CHECK(SeriesOf(*next.Freeze(), "mta_attempts_total", {"smtp", "sent"}) == nullptr);
  }
  for (size_t at = 0; at < saved.size(); ++at) {
    for (const char flip : {'\x01', '\x80', '\xFF'}) {
      std::string damaged = saved;
      damaged[at] = static_cast<char>(damaged[at] ^ flip);
      MetricStore next;
      next.Add(kAttempts);
      next.Add(kDelay);
      RestoreFrom(damaged, next);  // any result; the sanitizers watch
    }
  }
}

TEST_CASE("hot calls and finding known series allocate nothing") {
  MetricStore store;
  const FamilyId attempts = store.Add(kAttempts);
  const FamilyId destinations = store.Add(kDestinations);
  const CounterId counter = store.Counter(attempts, {"smtp", "sent"});
  const GaugeId gauge = store.Gauge(store.Add(kInFlight), {});
  const HistogramId delay = store.Histogram(store.Add(kDelay), {"sent"});
  for (const char* domain : {"a", "b", "c"})
    store.Counter(destinations, {"mx1", domain});  // full from here on
  const uint64_t before = allocations;
  for (int i = 0; i < 1000; ++i) {
    store.Increment(counter);
    store.Set(gauge, i);
    store.Observe(delay, i, 2);
    store.Increment(store.Counter(attempts, {"smtp", "sent"}));
    store.Increment(store.Counter(destinations, {"mx1", "too-long-for-a-short-string.example.com"}));
  }
  CHECK(allocations == before);
  CHECK(store.Value(counter) == 2000);
}

}  // namespace
}  // namespace mta
