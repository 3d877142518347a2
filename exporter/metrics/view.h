// View: all metrics as they stood at one moment.  Immutable, so any number of threads may read it; it keeps
// what it refers to alive.  MetricStore::Freeze() makes it.
#pragma once

#include <bit>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "exporter/base/bytes.h"
#include "exporter/base/result.h"
#include "exporter/metrics/exemplars.h"

namespace mta {

enum class MetricType : uint8_t { kCounter, kGauge, kHistogram };

struct FamilyOptions {
  std::string name;
  std::string help;
  MetricType type = MetricType::kCounter;
  std::vector<std::string> labels = {};
  std::vector<double> buckets = {};  // histograms: upper bounds, ascending, finite; +Inf is implied
  size_t max_series = 0;             // 0: no limit
  // Beyond max_series, the first `kept_labels` values of a series stay as they are and all others become
  // "other".
  size_t kept_labels = 0;
};

// Cells are 64 bits wide.  A counter has one, a number; a gauge one, the bits of a double; a histogram has
// the bits of its sum, then the count of every bucket by itself (not cumulative), +Inf last.
struct SeriesSchema {
  std::vector<std::string> label_values;
  uint32_t cell = 0;  // the first
};

struct FamilySchema {
  FamilyOptions options;
  std::vector<SeriesSchema> series;  // by label values
};

// Which families and series there are; shared by all views between two additions.
struct Schema {
  std::vector<FamilySchema> families;  // by name; those without series, too
  std::string encoded;                 // EncodeSchema() of the above, for View::Save
};

struct HistogramValue {
  double sum = 0;
  std::span<const uint64_t> counts;  // one for every bucket, +Inf last; valid as long as the view
};

class View {
 public:
  View() : schema_(std::make_shared<Schema>()) {}
  View(std::shared_ptr<const Schema> schema, std::vector<uint64_t> cells,
       std::shared_ptr<const Exemplars> exemplars = nullptr)
      : schema_(std::move(schema)), cells_(std::move(cells)), exemplars_(std::move(exemplars)) {}

  const std::vector<FamilySchema>& families() const { return schema_->families; }

  // The series must be one of this view and of that type.
  uint64_t Counter(const SeriesSchema& series) const { return cells_[series.cell]; }
  double Gauge(const SeriesSchema& series) const { return std::bit_cast<double>(cells_[series.cell]); }
  HistogramValue Histogram(const FamilySchema& family, const SeriesSchema& series) const {
    const size_t buckets = family.options.buckets.size() + 1;
    return {Gauge(series), std::span(cells_).subspan(series.cell + 1, buckets)};
  }

  // Of a counter; nullptr where it has none.
  const Exemplar* CounterExemplar(const SeriesSchema& series) const { return ExemplarOf(series.cell); }
  const Exemplar* BucketExemplar(const SeriesSchema& series, size_t bucket) const {
    return ExemplarOf(series.cell + 1 + static_cast<uint32_t>(bucket));
  }

  // The whole view, to the bit; costs two copies of memory.  Help, limits and exemplars are not kept.
  void Save(ByteWriter& out) const;
  // What Save() wrote.  Other bytes give an error, or at worst a view with other names and values.
  static Result<View> Load(ByteReader& in);

 private:
  const Exemplar* ExemplarOf(uint32_t cell) const { return exemplars_ ? exemplars_->Find(cell) : nullptr; }

  std::shared_ptr<const Schema> schema_;
  std::vector<uint64_t> cells_;
  std::shared_ptr<const Exemplars> exemplars_;  // null: none are kept
};

std::string EncodeSchema(const std::vector<FamilySchema>& families);
// The number of cells of each series.
size_t CellsOf(const FamilyOptions& family);

}  // namespace mta
