#include "exporter/metrics/metric_store.h"

#include <algorithm>
#include <stdexcept>

#include "exporter/base/ascii.h"
#include "exporter/base/hash.h"
#include "exporter/metrics/label_value.h"

namespace mta {
namespace {

constexpr std::string_view kOverflowValue = "other";
constexpr uint32_t kScrapCells = 2;  // what a default handle writes to: as many as a histogram without bounds

void Require(bool holds, std::string_view what, const std::string& name) {
  if (!holds) throw std::invalid_argument("metric " + name + ": " + std::string(what));
}

bool IsName(std::string_view name) {
  return !name.empty() && !IsDigit(name.front()) &&
         std::all_of(name.begin(), name.end(), [](char c) { return IsAlnum(c) || c == '_'; });
}

bool IsLabelName(const std::string& label) {
  return IsName(label) && !label.starts_with("__") && label != "le";
}

void Check(const FamilyOptions& family) {
  const auto& [name, help, type, labels, buckets, max_series, kept_labels] = family;
  Require(IsName(name), "not a metric name", name);
  Require(name.ends_with("_total") == (type == MetricType::kCounter), "_total is the ending of counters",
          name);
  Require(labels.size() <= MetricStore::kMaxLabels, "too many labels", name);
  Require(std::all_of(labels.begin(), labels.end(), IsLabelName), "not a label name", name);
  Require(type == MetricType::kHistogram || buckets.empty(), "buckets are for histograms", name);
  Require(std::all_of(buckets.begin(), buckets.end(), [](double b) { return std::isfinite(b); }),
          "a bucket that is not finite", name);
  Require(std::adjacent_find(buckets.begin(), buckets.end(), std::greater_equal<>()) == buckets.end(),
          "buckets do not ascend", name);
  Require(max_series == 0 || kept_labels < labels.size(), "a limit needs a label that can become other",
          name);
}

bool SameSchema(const FamilyOptions& a, const FamilyOptions& b) {
  return a.type == b.type && a.labels == b.labels && a.buckets == b.buckets;
}

// Label values fit to be stored.
class CleanValues {
 public:
  explicit CleanValues(MetricStore::Values values) : size_(values.size()) {
    for (size_t i = 0; i < size_; ++i) {
      copies_[i] = SanitiseLabelValue(values[i]);
      views_[i] = copies_[i];
    }
  }
  CleanValues(const CleanValues&) = delete;
  CleanValues& operator=(const CleanValues&) = delete;
  MetricStore::Values get() const { return MetricStore::Values(views_).first(size_); }

 private:
  size_t size_;
  std::array<std::string, MetricStore::kMaxLabels> copies_;
  std::array<std::string_view, MetricStore::kMaxLabels> views_;
};

template <typename Strings>
size_t HashOf(uint32_t family, const Strings& values) {
  uint64_t hash = family;
  for (const auto& value : values) hash = Hash(value, hash);
  return static_cast<size_t>(hash);
}

}  // namespace

size_t MetricStore::KeyHash::operator()(uint32_t number) const {
  return HashOf((*series)[number].family, (*series)[number].values);
}
size_t MetricStore::KeyHash::operator()(const Key& key) const {
  return HashOf(key.family, key.values);
}

bool MetricStore::KeyEqual::operator()(const Key& key, uint32_t number) const {
  const Series& other = (*series)[number];
  return key.family == other.family && std::equal(key.values.begin(), key.values.end(), other.values.begin());
}

MetricStore::MetricStore() : cells_(kScrapCells), index_(64, KeyHash{&series_}, KeyEqual{&series_}) {
  refused_family_ = Add(
      {.name = "mta_exporter_label_limit_total",
       .help = "Events counted in a series labelled other, because the metric has as many series as it may.",
       .labels = {"metric"}});
}

FamilyId MetricStore::Add(FamilyOptions options) {
  if (const auto known = Find(options.name)) {
    Require(SameSchema(families_[known->index].options, options), "added twice with different schemas",
            options.name);
    return *known;
  }
  Check(options);
  const FamilyId id{static_cast<uint32_t>(families_.size())};
  uint32_t buckets = 0;
  if (options.type == MetricType::kHistogram) {
    buckets = static_cast<uint32_t>(buckets_.size());
    buckets_.emplace_back(options.buckets);
  }
  families_.push_back({std::move(options), buckets, 0, {}});
  schema_.reset();
  if (families_[id.index].options.max_series > 0) {
    families_[id.index].refused = Counter(refused_family_, {families_[id.index].options.name});
  }
  return id;
}

CounterId MetricStore::Counter(FamilyId family, Values values) {
  return {CellOf(family, MetricType::kCounter, values)};
}

GaugeId MetricStore::Gauge(FamilyId family, Values values) {
  return {CellOf(family, MetricType::kGauge, values)};
}

HistogramId MetricStore::Histogram(FamilyId family, Values values) {
  const uint32_t cell = CellOf(family, MetricType::kHistogram, values);
  return {cell, families_[family.index].buckets};
}

std::optional<FamilyId> MetricStore::Find(std::string_view name) const {
  const auto at = std::find_if(families_.begin(), families_.end(),
                               [&](const Family& f) { return f.options.name == name; });
  if (at == families_.end()) return std::nullopt;
  return FamilyId{static_cast<uint32_t>(at - families_.begin())};
}

uint32_t MetricStore::CellOf(FamilyId family, MetricType type, Values values) {
  const FamilyOptions& options = families_.at(family.index).options;
  Require(options.type == type, "used as another type", options.name);
  Require(options.labels.size() == values.size(), "wrong number of label values", options.name);
  const Key key{family.index, values};
  if (const auto known = index_.find(key); known != index_.end()) return series_[*known].cell;
  if (std::all_of(values.begin(), values.end(), IsPlainLabelValue)) return FindOrMake(key);
  const CleanValues clean(values);
  return FindOrMake({family.index, clean.get()});
}

uint32_t MetricStore::FindOrMake(const Key& key) {
  if (const auto known = index_.find(key); known != index_.end()) return series_[*known].cell;
  Family& family = families_[key.family];
  const size_t limit = family.options.max_series;
  if (limit == 0 || IsOverflow(key)) return Make(key);
  if (family.counted_series >= limit) return Overflow(key);
  ++family.counted_series;
  return Make(key);
}

bool MetricStore::IsOverflow(const Key& key) const {
  const Values open = key.values.subspan(families_[key.family].options.kept_labels);
  return std::all_of(open.begin(), open.end(),
                     [](std::string_view value) { return value == kOverflowValue; });
}

uint32_t MetricStore::Overflow(const Key& key) {
  const Family& family = families_[key.family];
  Increment(family.refused);
  std::array<std::string_view, kMaxLabels> values;
  values.fill(kOverflowValue);
  std::copy_n(key.values.begin(), family.options.kept_labels, values.begin());
  return FindOrMake({key.family, Values(values).first(key.values.size())});
}

uint32_t MetricStore::Make(const Key& key) {
  const auto cell = static_cast<uint32_t>(cells_.size());
  cells_.resize(cells_.size() + CellsOf(families_[key.family].options));
  series_.push_back({key.family, cell, {key.values.begin(), key.values.end()}});
  index_.insert(static_cast<uint32_t>(series_.size() - 1));
  schema_.reset();
  return cell;
}

std::shared_ptr<const View> MetricStore::Freeze() {
  if (!schema_) schema_ = MakeSchema();
  if (keeps_exemplars_ && !frozen_exemplars_) frozen_exemplars_ = std::make_shared<Exemplars>(exemplars_);
  return std::make_shared<View>(schema_, cells_, frozen_exemplars_);
}

std::shared_ptr<const Schema> MetricStore::MakeSchema() const {
  auto schema = std::make_shared<Schema>();
  std::vector<FamilySchema>& families = schema->families;
  for (const Family& family : families_) families.push_back({family.options, {}});
  for (const Series& series : series_) families[series.family].series.push_back({series.values, series.cell});
  for (FamilySchema& family : families) {
    std::sort(family.series.begin(), family.series.end(),
              [](const SeriesSchema& a, const SeriesSchema& b) { return a.label_values < b.label_values; });
  }
  std::sort(families.begin(), families.end(),
            [](const FamilySchema& a, const FamilySchema& b) { return a.options.name < b.options.name; });
  schema->encoded = EncodeSchema(families);
  return schema;
}

Result<std::vector<std::string>> MetricStore::Restore(ByteReader& in, const Keep& keep) {
  const Result<View> saved = View::Load(in);
  if (!saved) return tl::unexpected(saved.error());
  std::vector<std::string> dropped;
  for (FamilySchema family : saved->families()) {
    if (keep) std::erase_if(family.series, [&](const auto& series) { return !keep(family.options, series); });
    const auto own = Find(family.options.name);
    if (own && SameSchema(families_[own->index].options, family.options)) {
      AddSaved(*own, family, *saved);
    } else if (!family.series.empty()) {
      dropped.push_back(family.options.name);
    }
  }
  return dropped;
}

void MetricStore::AddSaved(FamilyId family, const FamilySchema& saved, const View& view) {
  for (const SeriesSchema& series : saved.series) {
    const std::vector<std::string_view> values(series.label_values.begin(), series.label_values.end());
    const uint32_t cell = CellOf(family, saved.options.type, values);
    switch (saved.options.type) {
      case MetricType::kCounter:
        Increment(CounterId{cell}, view.Counter(series));
        break;
      case MetricType::kGauge:
        Set(GaugeId{cell}, view.Gauge(series));
        break;
      case MetricType::kHistogram:
        AddHistogram(cell, view.Histogram(saved, series));
        break;
    }
  }
}

void MetricStore::AddHistogram(uint32_t cell, const HistogramValue& value) {
  const double sum = std::bit_cast<double>(cells_[cell]) + value.sum;
  if (!std::isfinite(sum)) return;
  cells_[cell] = std::bit_cast<uint64_t>(sum);
  for (size_t i = 0; i < value.counts.size(); ++i) cells_[cell + 1 + i] += value.counts[i];
}

}  // namespace mta
