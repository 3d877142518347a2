// FamilyWriter: one metric family as text.  The two formats differ in the names and types of the heads, in
// their timestamps, and in exemplars; everything else is written once, here.
#pragma once

#include <prometheus/metric_family.h>

#include <string>
#include <string_view>
#include <vector>

#include "exporter/metrics/view.h"

namespace mta {

enum class TextFormat { kPrometheus, kOpenMetrics };  // 0.0.4; 1.0.0

class FamilyWriter {
 public:
  // Appends to `out`.  All must outlive the writer.  Exemplars are those of `view`, if the family is of it.
  FamilyWriter(TextFormat format, const View& view, const prometheus::MetricFamily& family, std::string& out);

  void Write();

 private:
  using Metric = prometheus::ClientMetric;

  void Head();
  void Samples(const Metric& metric);
  void Histogram(const Metric& metric);
  void Summary(const Metric& metric);
  void Value(std::string_view suffix, const Metric& metric, double value, const Exemplar* exemplar = nullptr);
  void Count(std::string_view suffix, const Metric& metric, std::string_view label, uint64_t count,
             const Exemplar* exemplar = nullptr);
  void Name(std::string_view suffix, std::string_view last_label);
  void End(const Metric& metric, const Exemplar* exemplar = nullptr);
  const SeriesSchema& SeriesOf(const Metric& metric) const;
  std::string_view BoundLabel(size_t bucket, double bound);

  struct Bound {
    double value = 0;
    std::string label;
  };
  const TextFormat format_;
  const prometheus::MetricFamily& family_;
  std::string& out_;
  const View& view_;
  const FamilySchema* schema_ = nullptr;  // where the view has exemplars of this family
  std::string_view name_;                 // of the family; OpenMetrics leaves out a counter's _total
  std::string labels_;                    // of the series being written
  std::vector<Bound> bounds_;
};

// All families, and the end mark where the format has one.  Families without samples leave no trace.  `view`
// gives the exemplars of those families that were made of it; only OpenMetrics has any.
std::string WriteFamilies(TextFormat format, const std::vector<prometheus::MetricFamily>& families,
                          const View& view = {});

}  // namespace mta
