// SourceMaker: what the configuration says of a source, made into one that reads.
//
// The ingest thread, or before it runs.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "exporter/app/config/config.h"
#include "exporter/app/serve/handover.h"
#include "exporter/app/serve/listener_source.h"
#include "exporter/app/serve/source.h"
#include "exporter/base/env.h"
#include "exporter/base/logger.h"
#include "exporter/metrics/metric_store.h"

namespace mta {

class SourceMaker {
 public:
  // All must outlive the maker and the sources.  `wake` is called from other threads when a source should be
  // polled soon.  `left`: by the program before, open listeners among it.
  SourceMaker(MetricStore& store, Env& env, Logger& logger, std::function<void()> wake, Handover& left)
      : store_(store), env_(env), logger_(logger), wake_(std::move(wake)), left_(left) {}

  Result<std::unique_ptr<Source>> Make(const SourceConfig& source, const Config& config);
  // The open listeners that these sources would have just as they are: while they are held, with all their
  // connections and what has come, Make() gives them to whom wants them.
  std::vector<std::shared_ptr<SharedListener>> Hold(const std::vector<SourceConfig>& sources) const;
  // The open listeners, once all sources are finished.
  void HandOver(Handover& next) const;

 private:
  Result<std::unique_ptr<SyslogListener>> Listen(const ListenerOptions& options);
  Result<std::shared_ptr<SharedListener>> ListenerOf(const ListenerOptions& options);

  MetricStore& store_;
  Env& env_;
  Logger& logger_;
  const std::function<void()> wake_;
  Handover& left_;
  std::map<std::string, std::weak_ptr<SharedListener>> listeners_;  // by address
};

}  // namespace mta
