#include "exporter/web/delivery_summary.h"

#include <algorithm>
#include <string_view>

namespace mta {
namespace {

// The value of a label of one series; empty where the family has no such label.
std::string_view LabelOf(const FamilySchema& family, const SeriesSchema& series, std::string_view label) {
  const auto& labels = family.options.labels;
  const auto at = std::find(labels.begin(), labels.end(), label);
  return at == labels.end() ? std::string_view()
                            : series.label_values[static_cast<size_t>(at - labels.begin())];
}

// Calls `use(family, series, count)` for every counter of that name whose hop is final and that is not 0.
template <typename Use>
void ForFinal(const View& view, std::string_view name, Use use) {
  for (const FamilySchema& family : view.families()) {
    if (family.options.name != name || family.options.type != MetricType::kCounter) continue;
    for (const SeriesSchema& series : family.series) {
      const uint64_t count = view.Counter(series);
      if (count > 0 && LabelOf(family, series, "hop") == "final") use(family, series, count);
    }
  }
}

void Add(std::string_view mta, std::string_view status, uint64_t count, DeliverySummary& summary) {
  if (std::find(summary.mtas.begin(), summary.mtas.end(), mta) == summary.mtas.end())
    summary.mtas.emplace_back(mta);
  if (status == "sent") summary.sent += count;
  if (status == "deferred") summary.deferred += count;
  if (status == "bounced") summary.bounced += count;
}

void CountOpenMessages(const View& view, DeliverySummaries& by_source) {
  for (const FamilySchema& family : view.families()) {
    if (family.options.name != "mta_messages_in_flight" || family.options.type != MetricType::kGauge)
      continue;
    for (const SeriesSchema& series : family.series) {
      auto& open = by_source[std::string(LabelOf(family, series, "source"))].open_messages;
      open = open.value_or(0) + static_cast<uint64_t>(std::max(view.Gauge(series), 0.0));
    }
  }
}

}  // namespace

DeliverySummaries SummariseDeliveries(const View& view) {
  DeliverySummaries by_source;
  ForFinal(view, "mta_delivery_attempts_total", [&](const auto& family, const auto& series, uint64_t count) {
    Add(LabelOf(family, series, "mta"), LabelOf(family, series, "status"), count,
        by_source[std::string(LabelOf(family, series, "source"))]);
  });
  std::map<std::string, std::map<std::string, uint64_t>> reasons;
  ForFinal(view, "mta_delivery_failures_total", [&](const auto& family, const auto& series, uint64_t count) {
    reasons[std::string(LabelOf(family, series, "source"))][std::string(LabelOf(family, series, "reason"))] +=
        count;
  });
  for (const auto& [source, counts] : reasons) {
    auto& sorted = by_source[source].reasons;
    sorted.assign(counts.begin(), counts.end());
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
  }
  CountOpenMessages(view, by_source);
  return by_source;
}

}  // namespace mta
