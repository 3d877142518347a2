#include "exporter/app/serve/reload_status.h"

#include <algorithm>

#include "exporter/web/single_metric.h"

namespace mta {

void ReloadStatus::Report(const Outcome& reloaded, double now_seconds) {
  const std::lock_guard lock(mutex_);
  problem_ = reloaded ? "" : reloaded.error().message;
  if (reloaded) success_seconds_ = now_seconds;
}

std::vector<std::string> ReloadStatus::Warnings() const {
  std::vector<std::string> warnings;
  if (const std::string problem = web_config_.Problem(); !problem.empty())
    warnings.push_back("the web configuration is wrong, the one before stays in force: " + problem);
  const std::lock_guard lock(mutex_);
  if (!problem_.empty())
    warnings.push_back("the configuration is not reloaded, what was in force stays: " + problem_);
  return warnings;
}

std::vector<prometheus::MetricFamily> ReloadStatus::Collect() const {
  const bool successful = Warnings().empty();
  const double web_seconds = web_config_.Current()->read_seconds;
  const std::lock_guard lock(mutex_);
  return {SingleGauge("mta_exporter_config_last_reload_successful",
                      "1 if the configuration and the web configuration were read and taken over, the last "
                      "time each was tried.",
                      successful ? 1 : 0),
          SingleGauge("mta_exporter_config_last_reload_success_timestamp_seconds",
                      "When a configuration was taken over last.", std::max(success_seconds_, web_seconds))};
}

}  // namespace mta
