// Ingest: the one thread that owns all state: it reads every followed log, counts, and publishes frozen
// views.
//
// Add() before Run(); Stop() from any thread.  Nothing else is shared but the Publisher and the Site.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <vector>

#include "exporter/app/serve/source.h"
#include "exporter/base/env.h"
#include "exporter/base/logger.h"
#include "exporter/metrics/metric_store.h"
#include "exporter/tail/waiter.h"
#include "exporter/web/site.h"
#include "exporter/web/status.h"

namespace mta {

class Ingest {
 public:
  // All must outlive the ingest.
  Ingest(Env& env, Logger& logger, Waiter& waiter, Publisher& publisher, Site& site)
      : env_(env), logger_(logger), waiter_(waiter), publisher_(publisher), site_(site) {}

  void Add(std::unique_ptr<Source> source) { sources_.push_back(std::move(source)); }
  // Where sources find their metrics.
  MetricStore& store() { return store_; }
  // Called about twice a second by the thread that runs.  Before Run().
  void SetHeartbeat(std::function<void()> beat) { beat_ = std::move(beat); }
  // Reads until Stop().  The site is ready once all that was there at the beginning is read.
  void Run();
  void Stop();

 private:
  bool PollAll(bool& changed);
  void Publish();

  Env& env_;
  Logger& logger_;
  Waiter& waiter_;
  Publisher& publisher_;
  Site& site_;
  MetricStore store_;
  std::vector<std::unique_ptr<Source>> sources_;
  std::function<void()> beat_ = [] {};
  std::atomic<bool> stopping_ = false;
};

}  // namespace mta
