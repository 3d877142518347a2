#include "exporter/web/exposition.h"

#include <algorithm>
#include <iterator>
#include <limits>

namespace mta {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;

prometheus::MetricType TypeOf(MetricType type) {
  switch (type) {
    case MetricType::kCounter:
      return prometheus::MetricType::Counter;
    case MetricType::kGauge:
      return prometheus::MetricType::Gauge;
    case MetricType::kHistogram:
      return prometheus::MetricType::Histogram;
  }
  return prometheus::MetricType::Untyped;
}

ClientMetric::Histogram Cumulate(const std::vector<double>& bounds, const HistogramValue& value) {
  ClientMetric::Histogram histogram;
  histogram.sample_sum = value.sum;
  histogram.bucket.reserve(value.counts.size());
  for (size_t i = 0; i < value.counts.size(); ++i) {
    histogram.sample_count += value.counts[i];
    const double bound = i < bounds.size() ? bounds[i] : std::numeric_limits<double>::infinity();
    histogram.bucket.push_back({histogram.sample_count, bound});
  }
  return histogram;
}

void SetValue(const View& view, const FamilySchema& family, const SeriesSchema& series,
              ClientMetric& metric) {
  switch (family.options.type) {
    case MetricType::kCounter:
      metric.counter.value = static_cast<double>(view.Counter(series));
      break;
    case MetricType::kGauge:
      metric.gauge.value = view.Gauge(series);
      break;
    case MetricType::kHistogram:
      metric.histogram = Cumulate(family.options.buckets, view.Histogram(family, series));
      break;
  }
}

MetricFamily CollectFamily(const View& view, const FamilySchema& family) {
  const FamilyOptions& options = family.options;
  MetricFamily out{options.name, options.help, TypeOf(options.type), {}};
  out.metric.resize(family.series.size());
  for (size_t i = 0; i < family.series.size(); ++i) {
    const SeriesSchema& series = family.series[i];
    auto& labels = out.metric[i].label;
    labels.reserve(options.labels.size());
    for (size_t l = 0; l < options.labels.size(); ++l)
      labels.push_back({options.labels[l], series.label_values[l]});
    SetValue(view, family, series, out.metric[i]);
  }
  return out;
}

}  // namespace

std::vector<MetricFamily> ViewCollectable::Collect() const {
  std::vector<MetricFamily> families;
  for (const FamilySchema& family : view_->families()) {
    if (!family.series.empty()) families.push_back(CollectFamily(*view_, family));
  }
  return families;
}

std::vector<MetricFamily> CollectAll(std::span<const prometheus::Collectable* const> collectables) {
  std::vector<MetricFamily> all;
  for (const prometheus::Collectable* collectable : collectables) {
    std::vector<MetricFamily> some = collectable->Collect();
    std::move(some.begin(), some.end(), std::back_inserter(all));
  }
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return all;
}

}  // namespace mta
