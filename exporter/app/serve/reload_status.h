// ReloadStatus: how the last attempts to read the configuration and the web configuration went, as metrics
// and as warnings for the page.  Any thread.
#pragma once

#include <prometheus/collectable.h>

#include <mutex>
#include <string>
#include <vector>

#include "exporter/base/result.h"
#include "exporter/front/web_config_watch.h"

namespace mta {

class ReloadStatus final : public prometheus::Collectable {
 public:
  // `web_config` must outlive it.
  explicit ReloadStatus(const WebConfigWatch& web_config) : web_config_(web_config) {}

  // Of the configuration: it was taken over, or why not.
  void Report(const Outcome& reloaded, double now_seconds);

  std::vector<std::string> Warnings() const;
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const WebConfigWatch& web_config_;
  mutable std::mutex mutex_;
  std::string problem_;
  double success_seconds_ = 0;
};

}  // namespace mta
