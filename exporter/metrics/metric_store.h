// MetricStore: counters, gauges and histograms, written by one thread.
//
// A family is a metric name with its labels; a series is one set of label values.  Finding a series costs a
// hash; the handle it gives is good for the life of the store, and Increment, Set and Observe through it cost
// an addition: no lock, no look-up, no allocation.  Series are never removed and counters never step back.
//
// Only the ingest thread may touch the store.  Others get a View from Freeze(), which shares nothing that
// changes. Wrong use (a malformed name, a family added again with another schema, the wrong number of label
// values, a handle of another type) throws std::invalid_argument: it is an error of the program, never of its
// input.
#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "exporter/base/bytes.h"
#include "exporter/base/result.h"
#include "exporter/metrics/buckets.h"
#include "exporter/metrics/view.h"

namespace mta {

struct FamilyId {
  uint32_t index = 0;
};

// Handles.  A default one belongs to no series: what is written through it is lost.
struct CounterId {
  uint32_t cell = 0;
  explicit operator bool() const { return cell != 0; }
};
struct GaugeId {
  uint32_t cell = 0;
  explicit operator bool() const { return cell != 0; }
};
struct HistogramId {
  uint32_t cell = 0;
  uint32_t buckets = 0;  // which of the store's
  explicit operator bool() const { return cell != 0; }
};

class MetricStore {
 public:
  static constexpr size_t kMaxLabels = 8;
  using Values = std::span<const std::string_view>;
  using ValueList = std::initializer_list<std::string_view>;

  MetricStore();
  MetricStore(const MetricStore&) = delete;
  MetricStore& operator=(const MetricStore&) = delete;

  // The family of that name; the same one if it is added again with the same schema (help and limits may
  // differ: the first ones stay).
  FamilyId Add(FamilyOptions options);

  // The series with these label values, in the order of the family's labels; made with value 0 where there is
  // none yet. Values are sanitised (label_value.h).  Where the family is full, its overflow series
  // (FamilyOptions::kept_labels), and every such call counts in mta_exporter_label_limit_total{metric}.
  CounterId Counter(FamilyId family, Values values);
  GaugeId Gauge(FamilyId family, Values values);
  HistogramId Histogram(FamilyId family, Values values);
  CounterId Counter(FamilyId family, ValueList values) { return Counter(family, AsSpan(values)); }
  GaugeId Gauge(FamilyId family, ValueList values) { return Gauge(family, AsSpan(values)); }
  HistogramId Histogram(FamilyId family, ValueList values) { return Histogram(family, AsSpan(values)); }

  void Increment(CounterId counter, uint64_t n = 1) { cells_[counter.cell] += n; }
  // A value that is not finite changes nothing.
  void Set(GaugeId gauge, double value) {
    if (std::isfinite(value)) cells_[gauge.cell] = std::bit_cast<uint64_t>(value);
  }
  // `count` observations of `value`.  One that is not finite, or would make the sum so, is not counted at
  // all.
  void Observe(HistogramId histogram, double value, uint64_t count = 1) {
    uint64_t* const cells = &cells_[histogram.cell];
    const double sum = std::bit_cast<double>(cells[0]) + value * static_cast<double>(count);
    if (!std::isfinite(sum)) return;
    cells[0] = std::bit_cast<uint64_t>(sum);
    cells[1 + buckets_[histogram.buckets].Of(value)] += count;
  }

  // Exemplars are kept from here on.  Until then, and for a handle of no series, Exemplify() does nothing.
  void KeepExemplars() { keeps_exemplars_ = true; }
  bool keeps_exemplars() const { return keeps_exemplars_; }
  // The message behind what was counted last: in the counter, or in the bucket that the exemplar's value is
  // in.
  void Exemplify(CounterId counter, const Exemplar& exemplar) { SetExemplar(counter.cell, exemplar); }
  void Exemplify(HistogramId histogram, const Exemplar& exemplar) {
    const uint32_t bucket = buckets_[histogram.buckets].Of(exemplar.value());
    SetExemplar(histogram.cell == 0 ? 0 : histogram.cell + 1 + bucket, exemplar);
  }

  uint64_t Value(CounterId counter) const { return cells_[counter.cell]; }
  double Value(GaugeId gauge) const { return std::bit_cast<double>(cells_[gauge.cell]); }

  // All series with their values as of now.  A copy of the cells, and of the names if series were added
  // since.
  std::shared_ptr<const View> Freeze();

  // Adds what View::Save() wrote to this store, whose families are all added and whose values are still 0.
  // Series are found by name; those beyond a limit join the overflow series; those for which `keep` is false
  // are left out.  Gives the names of the saved families whose values are dropped, because this store does
  // not have them with the same type, labels and buckets.  Bytes that are no saved view fail and change
  // nothing.
  using Keep = std::function<bool(const FamilyOptions& family, const SeriesSchema& series)>;
  Result<std::vector<std::string>> Restore(ByteReader& in, const Keep& keep = {});

 private:
  struct Family {
    FamilyOptions options;
    uint32_t buckets = 0;       // only of histograms
    size_t counted_series = 0;  // those that count against max_series: not the overflow series
    CounterId refused;          // only with max_series
  };
  struct Series {
    uint32_t family = 0;
    uint32_t cell = 0;
    std::vector<std::string> values;
  };
  struct Key {
    uint32_t family = 0;
    Values values;
  };
  // The index of series holds numbers; both functors also take the Key that is looked for.
  struct KeyHash {
    using is_transparent = void;
    const std::vector<Series>* series;
    size_t operator()(uint32_t number) const;
    size_t operator()(const Key& key) const;
  };
  struct KeyEqual {
    using is_transparent = void;
    const std::vector<Series>* series;
    bool operator()(uint32_t a, uint32_t b) const { return a == b; }
    bool operator()(const Key& key, uint32_t number) const;
    bool operator()(uint32_t number, const Key& key) const { return (*this)(key, number); }
  };

  void SetExemplar(uint32_t cell, const Exemplar& exemplar) {
    if (!keeps_exemplars_ || cell == 0) return;
    exemplars_.Set(cell, exemplar);
    frozen_exemplars_.reset();
  }
  static Values AsSpan(ValueList values) { return {values.begin(), values.size()}; }
  uint32_t CellOf(FamilyId family, MetricType type, Values values);
  uint32_t FindOrMake(const Key& key);
  bool IsOverflow(const Key& key) const;  // whether it is the overflow series itself
  uint32_t Overflow(const Key& key);
  uint32_t Make(const Key& key);
  std::optional<FamilyId> Find(std::string_view name) const;
  std::shared_ptr<const Schema> MakeSchema() const;
  void AddSaved(FamilyId family, const FamilySchema& saved, const View& view);
  void AddHistogram(uint32_t cell, const HistogramValue& value);

  std::vector<uint64_t> cells_;
  std::vector<Buckets> buckets_ =
      std::vector<Buckets>(1);    // the first has no bounds; then one a histogram family
  std::vector<Family> families_;  // a few dozen, found by name only at start-up
  std::vector<Series> series_;
  std::unordered_set<uint32_t, KeyHash, KeyEqual> index_;
  FamilyId refused_family_;
  std::shared_ptr<const Schema> schema_;  // null: series were added since
  bool keeps_exemplars_ = false;
  Exemplars exemplars_;
  std::shared_ptr<const Exemplars> frozen_exemplars_;  // null: there are none, or others since
};

}  // namespace mta
