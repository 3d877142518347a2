// FamilyWriter: one metric family as text.  The two formats differ in the names and types of the heads, in
// their timestamps, and in exemplars; everything else is written once, here.
#pragma once

#include <prometheus/metric_family.h>

#include <string>
#include <string_view>
#include <vector>

namespace mta {

enum class TextFormat { kPrometheus, kOpenMetrics };  // 0.0.4; 1.0.0

class FamilyWriter {
 public:
  // Appends to `out`.  All must outlive the writer.
  FamilyWriter(TextFormat format, const prometheus::MetricFamily& family, std::string& out);

  void Write();

 private:
  using Metric = prometheus::ClientMetric;

  void Head();
  void Samples(const Metric& metric);
  void Histogram(const Metric& metric);
  void Summary(const Metric& metric);
  void Value(std::string_view suffix, const Metric& metric, double value);
  void Count(std::string_view suffix, const Metric& metric, std::string_view label, uint64_t count);
  void Name(std::string_view suffix, std::string_view last_label);
  void End(const Metric& metric);
  std::string_view BoundLabel(size_t bucket, double bound);

  struct Bound {
    double value = 0;
    std::string label;
  };
  const TextFormat format_;
  const prometheus::MetricFamily& family_;
  std::string& out_;
  std::string_view name_;  // of the family; OpenMetrics leaves out a counter's _total
  std::string labels_;     // of the series being written
  std::vector<Bound> bounds_;
};

// All families, and the end mark where the format has one.  Families without samples leave no trace.
std::string WriteFamilies(TextFormat format, const std::vector<prometheus::MetricFamily>& families);

}  // namespace mta
