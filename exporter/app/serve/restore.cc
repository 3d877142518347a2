#include "exporter/app/serve/restore.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

namespace mta {
namespace {

enum class Cause : uint8_t { kDamaged, kForeign, kRemoved, kChanged };
constexpr std::array<const char*, 4> kCauseNames = {"damaged", "foreign", "removed", "changed"};

// Metrics that hold for one run of the program.
constexpr std::string_view kOfOneRun[] = {"mta_exporter_source_warning", "mta_exporter_state_dropped_parts"};

class Restoration {
 public:
  Restoration(const std::vector<std::unique_ptr<Source>>& sources, MetricStore& store, StateKeeper& keeper,
              Logger& logger)
      : sources_(sources), store_(store), keeper_(keeper), logger_(logger) {}

  void Unreadable(const std::string& problem) {
    Drop(Cause::kDamaged, "the state cannot be read: everything begins anew", {{"error", problem}});
  }

  void Take(const DecodedSnapshot& saved) {
    using Verdict = DecodedSnapshot::Verdict;
    const Cause cause = saved.verdict == Verdict::kForeign ? Cause::kForeign : Cause::kDamaged;
    if (!saved.problem.empty()) {
      Drop(cause, "the state cannot be used: everything begins anew", {{"error", saved.problem}});
    }
    for (const std::string& name : saved.damaged) {
      Drop(cause, "a part of the state is damaged: it begins anew", {{"part", name}});
    }
    for (const Section& section : saved.sections) {
      if (section.name.starts_with(kSourceSection)) TakeSource(section);
    }
    for (const Section& section : saved.sections) {
      ByteReader in(section.bytes);
      if (section.name == kMetricsSection) TakeMetrics(in);
      if (section.name == StateKeeper::kSection) keeper_.Resume(in);
    }
  }

  void ShowDropped() {
    const FamilyId family = store_.Add(
        {.name = "mta_exporter_state_dropped_parts",
         .help =
             "Parts of the state that could not be taken up when the program was started, by cause: damaged, "
             "foreign (another version's), removed (a source), changed (the buckets of a metric, the log of "
             "a source).",
         .type = MetricType::kGauge,
         .labels = {"cause"}});
    for (size_t i = 0; i < kCauseNames.size(); ++i) {
      store_.Set(store_.Gauge(family, {kCauseNames[i]}), static_cast<double>(dropped_[i]));
    }
  }

  bool dropped() const {
    return std::ranges::any_of(dropped_, [](size_t count) { return count > 0; });
  }

 private:
  void Drop(Cause cause, std::string_view message, Logger::Fields fields) {
    ++dropped_[static_cast<size_t>(cause)];
    logger_.Error(message, fields);
  }

  void TakeSource(const Section& section) {
    const std::string name = section.name.substr(std::string_view(kSourceSection).size());
    const auto source = std::ranges::find_if(sources_, [&](const auto& s) { return s->name() == name; });
    if (source == sources_.end()) {
      return Drop(Cause::kRemoved, "a source is no longer followed: its metrics end", {{"source", name}});
    }
    ByteReader in(section.bytes);
    switch ((*source)->Restore(in)) {
      case Source::Restored::kNothing:
        return Drop(Cause::kChanged, "a source is not what it was: it begins anew", {{"source", name}});
      case Source::Restored::kPartly:
        Drop(Cause::kDamaged,
             "a source goes on, but not all that was known of its open messages could be taken up",
             {{"source", name}});
        break;
      case Source::Restored::kWhole:
        break;
    }
    restored_.insert(name);
  }

  void TakeMetrics(ByteReader& in) {
    const auto dropped = store_.Restore(in, [this](const FamilyOptions& family, const SeriesSchema& series) {
      return IsKept(family, series);
    });
    if (!dropped)
      return Drop(Cause::kDamaged, "all counters begin at 0", {{"error", dropped.error().message}});
    for (const std::string& family : *dropped) {
      Drop(Cause::kChanged, "a metric has other buckets or labels than before: it begins at 0",
           {{"metric", family}});
    }
  }

  bool IsKept(const FamilyOptions& family, const SeriesSchema& series) const {
    if (std::ranges::find(kOfOneRun, family.name) != std::end(kOfOneRun)) return false;
    const auto label = std::ranges::find(family.labels, "source");
    if (label == family.labels.end()) return true;
    return restored_.contains(series.label_values[static_cast<size_t>(label - family.labels.begin())]);
  }

  const std::vector<std::unique_ptr<Source>>& sources_;
  MetricStore& store_;
  StateKeeper& keeper_;
  Logger& logger_;
  std::set<std::string> restored_;  // names of sources
  std::array<size_t, kCauseNames.size()> dropped_ = {};
};

}  // namespace

void RestoreState(StateDirectory& directory, const std::vector<std::unique_ptr<Source>>& sources,
                  MetricStore& store, StateKeeper& keeper, Logger& logger) {
  Restoration restoration(sources, store, keeper, logger);
  const auto saved = directory.Load();
  if (!saved) {
    restoration.Unreadable(saved.error().message);
  } else if (*saved) {
    restoration.Take(**saved);
  }
  restoration.ShowDropped();
  if (!restoration.dropped()) return;
  if (const Outcome kept = directory.KeepOld(); !kept) {
    logger.Warn("the old state could not be set aside", {{"error", kept.error().message}});
  } else {
    logger.Info("the old state was set aside", {{"file", directory.path() + "/snapshot.old"}});
  }
}

void RestoreState(const DecodedSnapshot& left, const std::vector<std::unique_ptr<Source>>& sources,
                  MetricStore& store, StateKeeper& keeper, Logger& logger) {
  Restoration restoration(sources, store, keeper, logger);
  restoration.Take(left);
  restoration.ShowDropped();
}

}  // namespace mta
