#include "exporter/web/family_writer.h"

#include <limits>

#include "exporter/web/text_format.h"

namespace mta {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

constexpr std::string_view kTotal = "_total";

std::string_view TypeName(TextFormat format, MetricType type) {
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
      return format == TextFormat::kOpenMetrics ? "unknown" : "untyped";
  }
}

// OpenMetrics names a counter without its ending and its sample with it.
std::string_view FamilyName(TextFormat format, const MetricFamily& family) {
  std::string_view name = family.name;
  if (format == TextFormat::kOpenMetrics && family.type == MetricType::Counter && name.ends_with(kTotal))
    name.remove_suffix(kTotal.size());
  return name;
}

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

FamilyWriter::FamilyWriter(TextFormat format, const MetricFamily& family, std::string& out)
    : format_(format), family_(family), out_(out), name_(FamilyName(format, family)) {}

void FamilyWriter::Write() {
  Head();
  for (const ClientMetric& metric : family_.metric) {
    labels_.clear();
    AppendLabels(labels_, metric.label);
    Samples(metric);
  }
}

void FamilyWriter::Head() {
  if (!family_.help.empty()) {
    out_.append("# HELP ").append(name_) += ' ';
    AppendHelp(out_, family_.help, format_ == TextFormat::kOpenMetrics);
    out_ += '\n';
  }
  out_.append("# TYPE ").append(name_) += ' ';
  out_.append(TypeName(format_, family_.type)) += '\n';
}

void FamilyWriter::Samples(const ClientMetric& metric) {
  switch (family_.type) {
    case MetricType::Counter:
      return Value(format_ == TextFormat::kOpenMetrics ? kTotal : "", metric, metric.counter.value);
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

void FamilyWriter::Histogram(const ClientMetric& metric) {
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

void FamilyWriter::Summary(const ClientMetric& metric) {
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

void FamilyWriter::Value(std::string_view suffix, const ClientMetric& metric, double value) {
  Name(suffix, {});
  AppendValue(out_, value);
  End(metric);
}

void FamilyWriter::Count(std::string_view suffix, const ClientMetric& metric, std::string_view label,
                         uint64_t count) {
  Name(suffix, label);
  AppendCount(out_, count);
  End(metric);
}

void FamilyWriter::Name(std::string_view suffix, std::string_view last_label) {
  out_.append(name_).append(suffix);
  if (!labels_.empty() || !last_label.empty()) {
    out_.append("{").append(labels_);
    if (!labels_.empty() && !last_label.empty()) out_ += ',';
    out_.append(last_label) += '}';
  }
  out_ += ' ';
}

void FamilyWriter::End(const ClientMetric& metric) {
  if (metric.timestamp_ms != 0) {
    out_ += ' ';
    const auto ms = static_cast<double>(metric.timestamp_ms);
    AppendValue(out_, format_ == TextFormat::kOpenMetrics ? ms / 1e3 : ms);
  }
  out_ += '\n';
}

// le="..." of a bucket.  The series of a family mostly share their bounds, so each is formatted once.
std::string_view FamilyWriter::BoundLabel(size_t bucket, double bound) {
  if (bucket >= bounds_.size()) bounds_.resize(bucket + 1);
  Bound& known = bounds_[bucket];
  if (known.label.empty() || known.value != bound) {
    known = {bound, "le=\""};
    AppendBound(known.label, bound);
    known.label += '"';
  }
  return known.label;
}

std::string WriteFamilies(TextFormat format, const std::vector<MetricFamily>& families) {
  size_t size = 0;
  for (const MetricFamily& family : families) size += family.metric.empty() ? 0 : SizeEstimate(family);
  std::string out;
  out.reserve(size);
  for (const MetricFamily& family : families) {
    if (!family.metric.empty()) FamilyWriter(format, family, out).Write();
  }
  if (format == TextFormat::kOpenMetrics) out += "# EOF\n";
  return out;
}

}  // namespace mta
