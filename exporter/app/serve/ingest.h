// Ingest: the one thread that owns all state: it reads every source, counts, and has frozen views saved and
// shown.
//
// Add() and Restore() before Run(); Stop() from any thread.  Nothing else is shared but the Publisher and the
// Site.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "exporter/app/serve/source.h"
#include "exporter/app/serve/state_keeper.h"
#include "exporter/base/env.h"
#include "exporter/base/logger.h"
#include "exporter/base/result.h"
#include "exporter/metrics/metric_store.h"
#include "exporter/state/state_directory.h"
#include "exporter/tail/waiter.h"
#include "exporter/web/site.h"
#include "exporter/web/status.h"

namespace mta {

struct StateOptions {
  std::unique_ptr<StateDirectory> directory;  // null: nothing outlives a restart
  int64_t save_interval_ns = 1'000'000'000;   // at least
};

class Ingest {
 public:
  // All must outlive the ingest.
  Ingest(Env& env, Logger& logger, Waiter& waiter, Publisher& publisher, Site& site, StateOptions state);

  void Add(std::unique_ptr<Source> source) { sources_.push_back(std::move(source)); }
  // Where sources find their metrics.
  MetricStore& store() { return store_; }
  // The sources; by the ingest thread, or before Run().
  std::vector<std::unique_ptr<Source>>& sources() { return sources_; }
  // Has the ingest thread do something between two looks at the sources, and waits until it is done.  Fails,
  // and nothing was done, where it has ended, or does not come to it by the deadline: a read may hang.  From
  // any other thread.
  Outcome Do(std::function<void()> task, std::chrono::nanoseconds deadline);
  // Called after each look at the sources, at least about twice a second, by the thread that runs.  Before
  // Run().
  void SetHeartbeat(std::function<void()> beat) { beat_ = std::move(beat); }
  // Gives the sources, all of which were added, what was saved before a restart; or what was `left`.
  void Restore(const std::optional<DecodedSnapshot>& left);
  // Reads until Stop(), and saves.  The site is ready once all that was there at the beginning is read and
  // shown.
  void Run();
  void Stop();
  // After Run(): all state as it stands.
  Snapshot Leave();

 private:
  bool PollAll(bool& changed);
  bool DoTasks(bool last);
  void Cut(StateKeeper::Wish wish);
  void Wait(bool changed);
  Publication MakePublication();
  Snapshot MakeSnapshot(const View& view) const;

  Env& env_;
  Logger& logger_;
  Waiter& waiter_;
  Site& site_;
  StateDirectory* const directory_;  // the keeper's
  StateKeeper keeper_;
  MetricStore store_;
  std::vector<std::unique_ptr<Source>> sources_;
  std::function<void()> beat_ = [] {};
  std::atomic<bool> stopping_ = false;
  std::mutex tasks_mutex_;
  std::condition_variable task_done_;
  std::deque<std::function<void()>*> tasks_;  // of those who wait
  bool ended_ = false;
};

}  // namespace mta
