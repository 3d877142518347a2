#include "exporter/app/backfill/backfill_flags.h"

#include <fmt/format.h>

#include "exporter/app/console/flag_kinds.h"
#include "exporter/base/ascii.h"

namespace mta {
namespace {

bool IsLabelName(std::string_view name) {
  if (name.empty() || IsDigit(name.front()) || name.starts_with("__")) return false;
  return std::ranges::all_of(name, [](char c) { return IsAlnum(c) || c == '_'; });
}

// 60, 60s, 5m
std::string CheckStep(std::string& text) {
  const char unit = text.empty() ? '\0' : text.back();
  const uint64_t factor = unit == 'm' ? 60 : unit == 'h' ? 3600 : 1;
  const size_t digits = text.size() - (IsAlpha(unit) ? 1 : 0);
  const auto count = ParseUnsigned(std::string_view(text).substr(0, digits));
  if (!count || *count == 0 || *count * factor > 3600 || (IsAlpha(unit) && factor == 1 && unit != 's'))
    return "must be a time of 1s to 1h such as 60s: " + text;
  text = fmt::format("{}", *count * factor);
  return {};
}

std::string AddLabel(const std::string& text, std::map<std::string, std::string>& labels) {
  const size_t equals = text.find('=');
  const std::string name = text.substr(0, equals);
  if (equals == std::string::npos || !IsLabelName(name))
    return "must be name=value, a label of Prometheus: " + text;
  if (name == "mta" || name == "source") return "is a label the metrics have themselves: " + name;
  labels[name] = text.substr(equals + 1);
  return {};
}

}  // namespace

void AddBackfillFlags(CLI::App& app, BackfillFlags& flags) {
  AddMtaFlag(app, flags.mta);
  app.add_option("--config.file", flags.config_file,
                 "The configuration of the exporter that runs now: its sources, buckets, groups, relays");
  app.add_option("--output", flags.output, "File to write, for promtool tsdb create-blocks-from openmetrics")
      ->required();
  app.add_option("--step", flags.step_seconds, "Time between two samples: the scrape interval, e.g. 60s")
      ->capture_default_str()
      ->transform(CLI::Validator(CheckStep, "TIME"));
  app.add_option("--source", flags.source,
                 "Value of the label source for all operands (default: each log by its name)");
  app.add_option_function<std::vector<std::string>>(
         "--label",
         [&flags](const std::vector<std::string>& words) {
           for (const std::string& word : words) {
             if (const std::string error = AddLabel(word, flags.labels); !error.empty())
               throw CLI::ValidationError("--label", error);
           }
         },
         "Label to add to every series, e.g. job=mta and instance=mx1.example.com:9025; may be repeated")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  app.add_option("--until", flags.until,
                 "Count only lines before then: the start of the exporter that runs now");
  app.add_option("LOG", flags.operands,
                 "Old logs in any order: files (.gz .bz2 .xz .zst too), multilog directories, -")
      ->required();
}

}  // namespace mta
