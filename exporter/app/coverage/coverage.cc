#include "exporter/app/coverage/coverage.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "exporter/app/console/complain.h"
#include "exporter/app/console/moment.h"
#include "exporter/app/console/progress.h"
#include "exporter/app/console/text_canvas.h"
#include "exporter/app/coverage/census.h"
#include "exporter/app/coverage/disguise.h"
#include "exporter/app/coverage/silence.h"
#include "exporter/app/source/log_files.h"
#include "exporter/base/version.h"
#include "exporter/metrics/label_value.h"
#include "exporter/tail/line_cutter.h"

namespace mta {
namespace {

using Json = nlohmann::ordered_json;
constexpr size_t kExampleBytes = 400;

struct Reading {
  Census census;
  std::vector<std::string> logs;
  std::vector<CollectorWarning> warnings;
  std::vector<std::string> problems;
};

Outcome ReadAll(LogFiles& files, const std::string& mta, Progress& progress, Reading& reading) {
  struct Way {
    std::unique_ptr<EventStream> stream;
    LineCutter cutter;
  };
  std::vector<Way> ways;
  for (size_t log = 0; log < files.logs().size(); ++log) {
    auto stream = EventStream::Make({.mta = mta}, reading.census);
    if (!stream) return tl::unexpected(stream.error());
    ways.push_back({std::move(*stream), LineCutter()});
    reading.logs.push_back(files.logs()[log].path);
  }
  for (const LogFile& file : files.files()) {
    Way& way = ways[file.log];
    files.SetYear(file, way.stream->reader());
    reading.census.BeginLog(file.log);
    const Outcome read = files.Read(file, [&](std::string_view chunk) {
      way.cutter.Feed(chunk, *way.stream);
      if (!file.compressed) progress.Advance(chunk.size());
    });
    if (file.compressed) progress.Advance(file.file.size_bytes);
    if (file.file.ends_line) way.cutter.Finish(*way.stream);
    if (!read) reading.problems.push_back(read.error().message);
  }
  for (Way& way : ways) {
    way.stream->Finish();
    for (const CollectorWarning& warning : way.stream->Warnings()) reading.warnings.push_back(warning);
  }
  return {};
}

uint64_t Lines(const Census& census, Verdict verdict) {
  return census.lines[static_cast<size_t>(verdict)];
}

uint64_t Ours(const Census& census) {
  return Lines(census, Verdict::kParsed) + Lines(census, Verdict::kIgnored) +
         Lines(census, Verdict::kUnrecognized);
}

// Nothing where no line is of an MTA.
std::optional<double> RecognizedShare(const Census& census) {
  const uint64_t ours = Ours(census);
  if (ours == 0) return std::nullopt;
  return 1 - static_cast<double>(Lines(census, Verdict::kUnrecognized)) / static_cast<double>(ours);
}

std::vector<std::pair<std::string, Census::Kind>> ByLines(const Census& census) {
  std::vector<std::pair<std::string, Census::Kind>> kinds(census.unrecognized.begin(),
                                                          census.unrecognized.end());
  std::ranges::stable_sort(kinds, std::greater(), [](const auto& kind) { return kind.second.lines; });
  return kinds;
}

std::string Shown(const std::string& text, Disguise& disguise) {
  return SanitiseLabelValue(disguise.Of(text), kExampleBytes);
}

std::string JsonReport(const Reading& reading) {
  const Census& census = reading.census;
  Disguise disguise;
  Json out;
  out["version"] = ProgramVersion();
  out["lines"] = {{"parsed", Lines(census, Verdict::kParsed)},
                  {"ignored", Lines(census, Verdict::kIgnored)},
                  {"foreign", Lines(census, Verdict::kForeign)},
                  {"unrecognized", Lines(census, Verdict::kUnrecognized)},
                  {"oversized", census.oversized},
                  {"without_time", census.timeless}};
  const auto share = RecognizedShare(census);
  out["recognized_share"] = share ? Json(*share) : Json();
  if (census.first_ns != kNoTime)
    out["time"] = {{"from", Rfc3339(census.first_ns)}, {"to", Rfc3339(census.last_ns)}};
  out["gaps"] = Json::array();
  for (const Gap& gap : census.gaps)
    out["gaps"].push_back(
        {{"log", reading.logs[gap.log]}, {"from", Rfc3339(gap.from_ns)}, {"to", Rfc3339(gap.to_ns)}});
  out["mtas"] = census.mtas;
  out["hosts"] = census.hosts;
  out["instances"] = census.instances;
  out["services"] = census.services;
  out["unrecognized"] = Json::array();
  for (const auto& [kind, seen] : ByLines(census))
    out["unrecognized"].push_back(
        {{"lines", seen.lines}, {"kind", Shown(kind, disguise)}, {"example", Shown(seen.example, disguise)}});
  out["events"] = census.events;
  out["empty_metrics"] = Json::array();
  for (const EmptyMetric& empty : EmptyMetrics(census))
    out["empty_metrics"].push_back({{"metric", empty.metric}, {"why", empty.why}});
  out["warnings"] = Json::array();
  for (const CollectorWarning& warning : reading.warnings) out["warnings"].push_back(warning.text);
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

class TextReport {
 public:
  explicit TextReport(const TextCanvas& canvas) : canvas_(canvas) {}

  std::string Of(const Reading& reading) {
    const Census& census = reading.census;
    Field("lines",
          fmt::format("{} of an MTA, {} of other programs", Ours(census), Lines(census, Verdict::kForeign)));
    if (const auto share = RecognizedShare(census))
      Field("recognised",
            fmt::format("{:.4g} %: {} feed a metric, {} are known and feed none, {} are not recognised",
                        100 * *share, Lines(census, Verdict::kParsed), Lines(census, Verdict::kIgnored),
                        Lines(census, Verdict::kUnrecognized)));
    if (census.oversized > 0)
      Field("oversized", fmt::format("{} lines of more than 64 KiB", census.oversized));
    if (census.timeless > 0) Field("timeless", fmt::format("{} lines bear no time", census.timeless));
    if (census.first_ns != kNoTime)
      Field("time", fmt::format("{} to {}, {}", When(census.first_ns), When(census.last_ns),
                                DurationText(static_cast<double>(census.last_ns - census.first_ns) / 1e9)));
    for (const Gap& gap : census.gaps)
      Field("gap", fmt::format("{} to {}, {}{}", When(gap.from_ns), When(gap.to_ns),
                               DurationText(static_cast<double>(gap.to_ns - gap.from_ns) / 1e9),
                               reading.logs.size() > 1 ? ": " + reading.logs[gap.log] : ""));
    Names("MTAs", census.mtas);
    Names("hosts", census.hosts);
    Names("instances", census.instances);
    Names("services", census.services);
    for (const CollectorWarning& warning : reading.warnings) Field("warning", warning.text);
    Kinds(census);
    Empty(census);
    return std::move(out_);
  }

 private:
  static constexpr size_t kColumns = 12;

  static std::string When(int64_t time_ns) { return DateText(time_ns) + " " + TimeText(time_ns); }

  void Field(std::string_view name, std::string_view text) {
    canvas_.Wrap(out_, canvas_.Paint(Ink::kFaint, Padded(name, kColumns)), kColumns, text);
  }
  void Names(std::string_view title, const std::map<std::string, uint64_t>& names) {
    std::string text;
    for (const auto& [name, lines] : names)
      text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", TextCanvas::Harmless(name), lines);
    Field(title, text.empty() ? "none" : text);
  }
  void Kinds(const Census& census) {
    if (census.unrecognized.empty()) return;
    out_ += '\n' + canvas_.Paint(Ink::kBold, "Not recognised, by kind, with one line of each") + '\n';
    for (const auto& [kind, seen] : ByLines(census)) {
      canvas_.Wrap(out_, Padded(fmt::format("{}", seen.lines), kColumns), kColumns, Shown(kind, disguise_));
      canvas_.Wrap(out_, std::string(kColumns, ' '), kColumns, Shown(seen.example, disguise_), Ink::kFaint);
    }
    if (census.kinds_left_out > 0)
      Field("", fmt::format("and {} lines of further kinds", census.kinds_left_out));
  }
  void Empty(const Census& census) {
    const std::vector<EmptyMetric> empty = EmptyMetrics(census);
    if (empty.empty()) return;
    out_ += '\n' + canvas_.Paint(Ink::kBold, "Metrics that stay empty with this log") + '\n';
    for (const EmptyMetric& metric : empty) {
      out_ += std::string(metric.metric) + '\n';
      canvas_.Wrap(out_, std::string(kColumns, ' '), kColumns, metric.why);
    }
  }

  const TextCanvas& canvas_;
  Disguise disguise_;
  std::string out_;
};

}  // namespace

int RunCoverage(const CoverageFlags& flags, Env& env, std::FILE* out, std::FILE* err) {
  Result<LogFiles> files = LogFiles::Named(env, flags.operands);
  if (!files) return Complain(err, files.error().message);
  Progress progress(err, files->size_bytes(), env);
  Reading reading;
  const Outcome read = ReadAll(*files, flags.mta, progress, reading);
  progress.Clear();
  if (!read) return Complain(err, read.error().message);
  const TextCanvas canvas = TextCanvas::Of(out);
  const std::string report = flags.json ? JsonReport(reading) : TextReport(canvas).Of(reading);
  const bool written =
      std::fwrite(report.data(), 1, report.size(), out) == report.size() && std::fflush(out) == 0;
  int status = written ? kExitDone : Complain(err, "cannot write the report to standard output");
  for (const std::string& problem : reading.problems) status = Complain(err, problem);
  return status;
}

}  // namespace mta
