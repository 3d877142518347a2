#include "exporter/app/backfill/sample_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <limits>
#include <system_error>
#include <utility>

#include "exporter/web/text_format.h"

namespace mta {
namespace {

constexpr int64_t kSecondNs = 1'000'000'000;
constexpr int64_t kAroundNs = 3600 * kSecondNs;  // of a change
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

// Stores come one after the other: a series that two of them have cannot be told.
bool BelongsToASource(const FamilyOptions& family) {
  return std::ranges::find(family.labels, "source") != family.labels.end();
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

void SampleWriter::BeginStore() {
  series_.clear();
  view_.reset();
}

Outcome SampleWriter::Write(std::shared_ptr<const View> view, int64_t time_ns) {
  view_ = std::move(view);
  return ForEach([&](const FamilySchema& family, const SeriesSchema& entry, std::string& out) {
    Step(family, entry, time_ns, out);
  });
}

Outcome SampleWriter::Pause(int64_t time_ns) {
  if (view_ == nullptr) return {};
  return ForEach([&](const FamilySchema& family, const SeriesSchema& entry, std::string& out) {
    Series& series = series_[entry.cell];
    while (series.written_ns < time_ns)
      Append(family, series, std::min(series.written_ns + quiet_step_ns_, time_ns), out);
    series.paused = true;
  });
}

Outcome SampleWriter::End(int64_t time_ns) {
  if (view_ == nullptr) return {};
  return ForEach([&](const FamilySchema& family, const SeriesSchema& entry, std::string& out) {
    if (family.options.type == MetricType::kGauge) return;
    Series& series = series_[entry.cell];
    std::ranges::fill(series.cells, 0);
    Append(family, series, time_ns, out);
  });
}

template <typename Function>
Outcome SampleWriter::ForEach(Function function) {
  for (const FamilySchema& schema : view_->families()) {
    if (schema.series.empty() || !BelongsToASource(schema.options)) continue;
    Result<Family*> family = FamilyOf(schema);
    if (!family) return tl::unexpected(family.error());
    for (const SeriesSchema& entry : schema.series) function(schema, entry, (*family)->buffer);
    if ((*family)->buffer.size() < kBufferBytes) continue;
    if (Outcome kept = (*family)->file.Append((*family)->buffer); !kept) return kept;
    (*family)->buffer.clear();
  }
  return {};
}

// What does not change is written late: whether a change follows decides how many samples it needs.
void SampleWriter::Step(const FamilySchema& family, const SeriesSchema& entry, int64_t time_ns,
                        std::string& out) {
  ReadCells(*view_, family, entry, now_);
  const auto [known, is_new] = series_.try_emplace(entry.cell);
  Series& series = known->second;
  if (is_new) {
    series.labels = LabelsOf(family, entry);
    ++series_count_;
  }
  const bool begins = is_new || std::exchange(series.paused, false);
  if (begins || series.cells != now_) {
    for (int64_t at = series.written_ns + step_ns_; !begins && at < time_ns; at += step_ns_)
      Append(family, series, at, out);
    series.cells = now_;
    series.changed_ns = time_ns;
    return Append(family, series, time_ns, out);
  }
  if (time_ns - series.changed_ns <= kAroundNs) return Append(family, series, time_ns, out);
  while (time_ns - series.written_ns > kAroundNs + quiet_step_ns_)
    Append(family, series, series.written_ns + quiet_step_ns_, out);
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

uint64_t SampleWriter::size_bytes() const {
  uint64_t bytes = 0;
  for (const auto& [name, family] : families_) bytes += family.file.size() + family.buffer.size();
  return bytes;
}

// What is written is given up at once: of all there is, only a family stands on the disk twice.
Outcome SampleWriter::Finish(std::FILE* out, const std::function<void(uint64_t bytes)>& advance) {
  std::vector<char> chunk(1 << 20);
  for (; !families_.empty(); families_.erase(families_.begin())) {
    const Family& family = families_.begin()->second;
    if (Outcome written = WriteAll(out, family.head); !written) return written;
    for (uint64_t at = 0; at < family.file.size();) {
      const Result<size_t> count = family.file.ReadAt(at, chunk.data(), chunk.size());
      if (!count) return tl::unexpected(count.error());
      if (Outcome written = WriteAll(out, {chunk.data(), *count}); !written) return written;
      at += *count;
      advance(*count);
    }
    if (Outcome written = WriteAll(out, family.buffer); !written) return written;
  }
  return WriteAll(out, "# EOF\n");
}

}  // namespace mta
