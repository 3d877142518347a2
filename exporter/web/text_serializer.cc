#include "exporter/web/text_serializer.h"

#include <cmath>
#include <limits>
#include <ostream>
#include <string_view>

#include "exporter/web/text_format.h"

namespace mta {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

std::string_view TypeName(MetricType type) {
  switch (type) {
    case MetricType::Counter:
      return "counter";
    case MetricType::Gauge:
      return "gauge";
    case MetricType::Summary:
      return "summary";
    case MetricType::Histogram:
      return "histogram";
    default:
      return "untyped";
  }
}

// Writes the samples of one family.
class FamilyWriter {
 public:
  FamilyWriter(const MetricFamily& family, std::string& out) : family_(family), out_(out) {}

  void Write() {
    Head();
    for (const ClientMetric& metric : family_.metric) {
      labels_.clear();
      AppendLabels(labels_, metric.label);
      Samples(metric);
    }
  }

 private:
  void Head() {
    if (!family_.help.empty()) {
      out_.append("# HELP ").append(family_.name) += ' ';
      AppendHelp(out_, family_.help);
      out_ += '\n';
    }
    out_.append("# TYPE ").append(family_.name) += ' ';
    out_.append(TypeName(family_.type)) += '\n';
  }

  void Samples(const ClientMetric& metric) {
    switch (family_.type) {
      case MetricType::Counter:
        return Value("", metric, metric.counter.value);
      case MetricType::Gauge:
        return Value("", metric, metric.gauge.value);
      case MetricType::Histogram:
        return Histogram(metric);
      case MetricType::Summary:
        return Summary(metric);
      default:
        return Value("", metric, metric.untyped.value);
    }
  }

  void Histogram(const ClientMetric& metric) {
    const ClientMetric::Histogram& histogram = metric.histogram;
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    for (size_t i = 0; i < histogram.bucket.size(); ++i) {
      const ClientMetric::Bucket& bucket = histogram.bucket[i];
      Count("_bucket", metric, BoundLabel(i, bucket.upper_bound), bucket.cumulative_count);
    }
    if (histogram.bucket.empty() || histogram.bucket.back().upper_bound != kInfinity) {
      Count("_bucket", metric, "le=\"+Inf\"", histogram.sample_count);
    }
    Value("_sum", metric, histogram.sample_sum);
    Count("_count", metric, {}, histogram.sample_count);
  }

  void Summary(const ClientMetric& metric) {
    for (const ClientMetric::Quantile& quantile : metric.summary.quantile) {
      std::string label = "quantile=\"";
      AppendValue(label, quantile.quantile);
      Name("", label += '"');
      AppendValue(out_, quantile.value);
      End(metric);
    }
    Value("_sum", metric, metric.summary.sample_sum);
    Count("_count", metric, {}, metric.summary.sample_count);
  }

  void Value(std::string_view suffix, const ClientMetric& metric, double value) {
    Name(suffix, {});
    AppendValue(out_, value);
    End(metric);
  }

  void Count(std::string_view suffix, const ClientMetric& metric, std::string_view label, uint64_t count) {
    Name(suffix, label);
    AppendCount(out_, count);
    End(metric);
  }

  void Name(std::string_view suffix, std::string_view last_label) {
    out_.append(family_.name).append(suffix);
    if (!labels_.empty() || !last_label.empty()) {
      out_.append("{").append(labels_);
      if (!labels_.empty() && !last_label.empty()) out_ += ',';
      out_.append(last_label) += '}';
    }
    out_ += ' ';
  }

  void End(const ClientMetric& metric) {
    if (metric.timestamp_ms != 0) {
      out_ += ' ';
      AppendValue(out_, static_cast<double>(metric.timestamp_ms));
    }
    out_ += '\n';
  }

  // le="..." of bucket number `i`.  The series of a family mostly share their bounds, so each is formatted
  // once.
  std::string_view BoundLabel(size_t i, double bound) {
    if (i >= bounds_.size()) bounds_.resize(i + 1);
    Bound& known = bounds_[i];
    if (known.label.empty() || known.value != bound) {
      known = {bound, "le=\""};
      AppendBound(known.label, bound);
      known.label += '"';
    }
    return known.label;
  }

  struct Bound {
    double value = 0;
    std::string label;
  };
  const MetricFamily& family_;
  std::string& out_;
  std::string labels_;  // of the series being written
  std::vector<Bound> bounds_;
};

// Roughly what the family will take, judged by its first series: growing a buffer of megabytes costs as much
// as filling it does.
size_t SizeEstimate(const MetricFamily& family) {
  const ClientMetric& first = family.metric.front();
  size_t line = family.name.size() + 40;
  for (const ClientMetric::Label& label : first.label) line += label.name.size() + label.value.size() + 4;
  const size_t lines = first.histogram.bucket.size() + first.summary.quantile.size() + 3;
  return family.help.size() + family.metric.size() * lines * line;
}

}  // namespace

std::string FastTextSerializer::Serialize(const std::vector<MetricFamily>& families) const {
  size_t size = 0;
  for (const MetricFamily& family : families) size += family.metric.empty() ? 0 : SizeEstimate(family);
  std::string out;
  out.reserve(size);
  for (const MetricFamily& family : families) {
    if (!family.metric.empty()) FamilyWriter(family, out).Write();
  }
  return out;
}

void FastTextSerializer::Serialize(std::ostream& out, const std::vector<MetricFamily>& families) const {
  out << Serialize(families);
}

}  // namespace mta
