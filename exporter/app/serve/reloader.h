// Reloader: the configuration in force, and how it is exchanged for another one while lines are read.
//
// A source that did not change goes on as it is.  One that did is made anew and takes over the state of the
// one of its name: its position, its messages under way; so does one that comes back after it was taken out.
// A listener goes on, with its connections, as long as a source wants it as it is.  What cannot be read or
// made leaves everything as it was.  delay_buckets, state and web are taken over at the next start only.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "exporter/app/config/config.h"
#include "exporter/app/serve/ingest.h"
#include "exporter/app/serve/reload_status.h"
#include "exporter/app/serve/sandbox.h"
#include "exporter/app/serve/serve_flags.h"
#include "exporter/app/serve/source_maker.h"
#include "exporter/app/serve/web.h"
#include "exporter/queue/queue_scanner.h"

namespace mta {

class Reloader {
 public:
  // All must outlive the reloader.
  Reloader(const ServeFlags& flags, Env& env, Logger& logger, Ingest& ingest, SourceMaker& maker,
           QueueScanner& queues, const Web& web, ReloadStatus& status);

  // Before the ingest runs.
  Outcome Start(Config config);
  // What must stay readable.  Before the ingest runs.
  SandboxPaths Needs() const { return NeedsOf(plan_); }
  void SetSandbox(Sandbox sandbox);
  // Begins to scan, with a thread of its own; after that of every plan taken over.
  void ScanQueues();
  // By a thread outside of the sandbox, which would hide what is read for it, while the ingest runs.  What
  // went wrong stands in the log, too.
  Outcome Reload();
  // The last reload was good, but needs files that the sandbox does not allow, so that nothing was exchanged:
  // the process has to begin anew, and can.  For the thread that reloads.
  bool needs_replacement() const { return needs_replacement_; }
  // A log that cannot be read may be a symbolic link that was turned to where the sandbox does not let us
  // look.  If so, SIGHUP asks for a reload.  By the ingest thread, now and then.
  void LookForTurnedLinks();

 private:
  struct Plan {
    Config config;
    std::vector<SourceConfig> sources;
    std::vector<QueueTarget> queues;
  };
  using Sources = std::map<std::string, std::unique_ptr<Source>>;  // by name

  Result<Plan> MakePlan(Config config);
  Result<Plan> ReadPlan();
  Outcome TryStart(const Plan& plan) const;
  Outcome CanListen(const Plan& plan) const;
  SandboxPaths NeedsOf(const Plan& plan) const;
  const ListenerOptions* OpenAt(const SyslogAddress& address) const;
  void KeepWhatNeedsARestart(Config& config);
  Outcome Exchange(Plan plan);
  Sources TakeOut(const Plan& next);
  Outcome Build(const Plan& plan, Sources& kept);
  bool IsKept(const Source& source, const Plan& next) const;
  void Show(const Outcome& done);

  const ServeFlags& flags_;
  Env& env_;
  Logger& logger_;
  Ingest& ingest_;
  SourceMaker& maker_;
  QueueScanner& queues_;
  const Web& web_;
  ReloadStatus& status_;
  std::mutex one_at_a_time_;
  bool needs_replacement_ = false;
  Sandbox sandbox_ = Sandbox::None();  // changed before the ingest runs, under the lock
  int64_t last_turned_ns_ = INT64_MIN;
  Plan plan_;                                // in force; the ingest thread's, or before it runs
  std::map<std::string, std::string> left_;  // what sources that were ended have saved, by name
};

}  // namespace mta
