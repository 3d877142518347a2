#include "exporter/web/family_writer.h"

#include <algorithm>
#include <limits>

#include "exporter/web/text_format.h"

namespace mta {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using PrometheusType = prometheus::MetricType;

constexpr std::string_view kTotal = "_total";

std::string_view TypeName(TextFormat format, PrometheusType type) {
  switch (type) {
    case PrometheusType::Counter:
      return "counter";
    case PrometheusType::Gauge:
      return "gauge";
    case PrometheusType::Summary:
      return "summary";
    case PrometheusType::Histogram:
      return "histogram";
    default:
      return format == TextFormat::kOpenMetrics ? "unknown" : "untyped";
  }
}

// OpenMetrics names a counter without its ending and its sample with it.
std::string_view FamilyName(TextFormat format, const MetricFamily& family) {
  std::string_view name = family.name;
  if (format == TextFormat::kOpenMetrics && family.type == PrometheusType::Counter && name.ends_with(kTotal))
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

// The family in the view that `family` was made of (exposition.h: in the same order), or nullptr.
const FamilySchema* FindSchema(const View& view, const MetricFamily& family) {
  const auto by_name = [](const FamilySchema& schema) -> const std::string& { return schema.options.name; };
  const auto at = std::ranges::lower_bound(view.families(), family.name, {}, by_name);
  const bool found = at != view.families().end() && at->options.name == family.name &&
                     at->series.size() == family.metric.size();
  return found ? &*at : nullptr;
}

}  // namespace

FamilyWriter::FamilyWriter(TextFormat format, const View& view, const MetricFamily& family, std::string& out)
    : format_(format), family_(family), out_(out), view_(view), name_(FamilyName(format, family)) {
  if (format == TextFormat::kOpenMetrics) schema_ = FindSchema(view, family);
}

const SeriesSchema& FamilyWriter::SeriesOf(const ClientMetric& metric) const {
  return schema_->series[static_cast<size_t>(&metric - family_.metric.data())];
}

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
    case PrometheusType::Counter:
      return Value(format_ == TextFormat::kOpenMetrics ? kTotal : "", metric, metric.counter.value,
                   schema_ != nullptr ? view_.CounterExemplar(SeriesOf(metric)) : nullptr);
    case PrometheusType::Gauge:
      return Value("", metric, metric.gauge.value);
    case PrometheusType::Histogram:
      return Histogram(metric);
    case PrometheusType::Summary:
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
    Count("_bucket", metric, BoundLabel(i, bucket.upper_bound), bucket.cumulative_count,
          schema_ != nullptr ? view_.BucketExemplar(SeriesOf(metric), i) : nullptr);
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

void FamilyWriter::Value(std::string_view suffix, const ClientMetric& metric, double value,
                         const Exemplar* exemplar) {
  Name(suffix, {});
  AppendValue(out_, value);
  End(metric, exemplar);
}

void FamilyWriter::Count(std::string_view suffix, const ClientMetric& metric, std::string_view label,
                         uint64_t count, const Exemplar* exemplar) {
  Name(suffix, label);
  AppendCount(out_, count);
  End(metric, exemplar);
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

void FamilyWriter::End(const ClientMetric& metric, const Exemplar* exemplar) {
  if (metric.timestamp_ms != 0) {
    out_ += ' ';
    const auto ms = static_cast<double>(metric.timestamp_ms);
    AppendValue(out_, format_ == TextFormat::kOpenMetrics ? ms / 1e3 : ms);
  }
  if (exemplar != nullptr) {
    out_.append(" # {queue_id=\"").append(exemplar->queue_id()).append("\"} ");
    AppendValue(out_, exemplar->value());
    out_ += ' ';
    AppendValue(out_, static_cast<double>(exemplar->time_ns() / 1'000'000) / 1e3);
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

std::string WriteFamilies(TextFormat format, const std::vector<MetricFamily>& families, const View& view) {
  size_t size = 0;
  for (const MetricFamily& family : families) size += family.metric.empty() ? 0 : SizeEstimate(family);
  std::string out;
  out.reserve(size);
  for (const MetricFamily& family : families) {
    if (!family.metric.empty()) FamilyWriter(format, view, family, out).Write();
  }
  if (format == TextFormat::kOpenMetrics) out += "# EOF\n";
  return out;
}

}  // namespace mta
