#include "exporter/app/backfill/sample_writer.h"

#include <fmt/format.h>

#include <bit>
#include <cerrno>
#include <limits>
#include <system_error>

#include "exporter/web/text_format.h"

namespace mta {
namespace {

constexpr int64_t kSecondNs = 1'000'000'000;
constexpr int64_t kBusyNs = 3600 * kSecondNs;
constexpr int64_t kQuietNs = 120 * kSecondNs;
constexpr size_t kBufferBytes = 64 * 1024;

void ReadCells(const View& view, const FamilySchema& family, const SeriesSchema& series,
               std::vector<uint64_t>& cells) {
  cells.clear();
  switch (family.options.type) {
    case MetricType::kCounter:
      cells.push_back(view.Counter(series));
      break;
    case MetricType::kGauge:
      cells.push_back(std::bit_cast<uint64_t>(view.Gauge(series)));
      break;
    case MetricType::kHistogram:
      const HistogramValue value = view.Histogram(family, series);
      cells.push_back(std::bit_cast<uint64_t>(value.sum));
      cells.insert(cells.end(), value.counts.begin(), value.counts.end());
  }
}

std::string HeadOf(const FamilyOptions& family) {
  constexpr std::string_view kTotal = "_total";
  std::string_view name = family.name;
  const bool counter = family.type == MetricType::kCounter;
  if (counter && name.ends_with(kTotal)) name.remove_suffix(kTotal.size());
  std::string head = fmt::format("# TYPE {} {}\n# HELP {} ", name,
                                 counter                                 ? "counter"
                                 : family.type == MetricType::kHistogram ? "histogram"
                                                                         : "gauge",
                                 name);
  AppendHelp(head, family.help, /*escape_quotes=*/true);
  return head + '\n';
}

Outcome WriteAll(std::FILE* out, std::string_view bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), out) == bytes.size()) return {};
  return Fail(fmt::format("cannot write the output: {}", std::generic_category().message(errno)), errno);
}

}  // namespace

Result<SampleWriter::Family*> SampleWriter::FamilyOf(const FamilySchema& schema) {
  const auto known = families_.find(schema.options.name);
  if (known != families_.end()) return &known->second;
  Result<ScratchFile> file = ScratchFile::Make();
  if (!file) return tl::unexpected(file.error());
  Family family{HeadOf(schema.options), std::move(*file), {}};
  return &families_.emplace(schema.options.name, std::move(family)).first->second;
}

std::string SampleWriter::LabelsOf(const FamilySchema& family, const SeriesSchema& series) const {
  std::vector<prometheus::ClientMetric::Label> labels;
  for (const auto& [name, value] : labels_) labels.push_back({name, value});
  for (size_t i = 0; i < family.options.labels.size(); ++i)
    labels.push_back({family.options.labels[i], series.label_values[i]});
  std::string out;
  AppendLabels(out, labels);
  return out;
}

Outcome SampleWriter::Write(const View& view, int64_t time_ns) {
  for (const FamilySchema& schema : view.families()) {
    if (schema.series.empty()) continue;
    Result<Family*> family = FamilyOf(schema);
    if (!family) return tl::unexpected(family.error());
    for (const SeriesSchema& entry : schema.series) {
      ReadCells(view, schema, entry, now_);
      const auto [known, is_new] = series_.try_emplace(entry.cell);
      Series& series = known->second;
      if (is_new) {
        series.labels = LabelsOf(schema, entry);
        ++series_count_;
      }
      const bool changed = is_new || series.cells != now_;
      if (changed && !is_new && series.written_ns < time_ns - step_ns_)
        Append(schema, series, time_ns - step_ns_, (*family)->buffer);
      if (changed) {
        series.cells = now_;
        series.changed_ns = time_ns;
      }
      if (changed || time_ns - series.changed_ns <= kBusyNs || time_ns - series.written_ns >= kQuietNs)
        Append(schema, series, time_ns, (*family)->buffer);
    }
    if ((*family)->buffer.size() < kBufferBytes) continue;
    if (Outcome kept = (*family)->file.Append((*family)->buffer); !kept) return kept;
    (*family)->buffer.clear();
  }
  return {};
}

void SampleWriter::AppendSample(std::string_view name, std::string_view labels, std::string_view last_label,
                                double value, int64_t time_ns, std::string& out) {
  out += name;
  if (!labels.empty() || !last_label.empty()) {
    out += '{';
    out += labels;
    if (!labels.empty() && !last_label.empty()) out += ',';
    out += last_label;
    out += '}';
  }
  out += ' ';
  AppendValue(out, value);
  out += fmt::format(" {}\n", time_ns / kSecondNs);
  ++samples_;
}

void SampleWriter::Append(const FamilySchema& family, Series& series, int64_t time_ns, std::string& out) {
  const std::string& name = family.options.name;
  series.written_ns = time_ns;
  if (family.options.type != MetricType::kHistogram) {
    const bool gauge = family.options.type == MetricType::kGauge;
    const double value =
        gauge ? std::bit_cast<double>(series.cells[0]) : static_cast<double>(series.cells[0]);
    return AppendSample(name, series.labels, {}, value, time_ns, out);
  }
  uint64_t count = 0;
  for (size_t i = 1; i < series.cells.size(); ++i) {
    count += series.cells[i];
    std::string bound = "le=\"";
    const bool last = i == series.cells.size() - 1;
    AppendBound(bound, last ? std::numeric_limits<double>::infinity() : family.options.buckets[i - 1]);
    bound += '"';
    AppendSample(name + "_bucket", series.labels, bound, static_cast<double>(count), time_ns, out);
  }
  AppendSample(name + "_sum", series.labels, {}, std::bit_cast<double>(series.cells[0]), time_ns, out);
  AppendSample(name + "_count", series.labels, {}, static_cast<double>(count), time_ns, out);
}

Outcome SampleWriter::Finish(std::FILE* out) {
  std::vector<char> chunk(1 << 20);
  for (auto& [name, family] : families_) {
    if (Outcome written = WriteAll(out, family.head); !written) return written;
    for (uint64_t at = 0; at < family.file.size();) {
      const Result<size_t> count = family.file.ReadAt(at, chunk.data(), chunk.size());
      if (!count) return tl::unexpected(count.error());
      if (Outcome written = WriteAll(out, {chunk.data(), *count}); !written) return written;
      at += *count;
    }
    if (Outcome written = WriteAll(out, family.buffer); !written) return written;
  }
  return WriteAll(out, "# EOF\n");
}

}  // namespace mta
