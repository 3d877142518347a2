// Signals come to one thread alone, which tells the ingest.
#pragma once

#include <signal.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

#include "exporter/app/serve/ingest.h"
#include "exporter/app/serve/reloader.h"
#include "exporter/app/serve/service_manager.h"
#include "exporter/base/logger.h"
#include "exporter/base/result.h"

namespace mta {

// Keeps the signals that SignalThread waits for from every thread that is started from here on.  First thing
// in main().
sigset_t BlockSignals();

// SIGTERM and SIGINT end the ingest, SIGHUP reloads the configuration, SIGUSR1 does nothing.  Joined by its
// destructor, so what it is made with must outlive it.
//
// A reload that needs more than the sandbox allows ends the ingest, too: then ReplaceProcess() is to follow.
class SignalThread {
 public:
  SignalThread(const sigset_t& signals, Ingest& ingest, Reloader& reloader, ServiceManager& manager,
               Logger& logger);
  ~SignalThread();
  SignalThread(const SignalThread&) = delete;
  SignalThread& operator=(const SignalThread&) = delete;

  // As SIGHUP, and gives how it went.  By any other thread, as long as the ingest runs.
  Outcome AskForReload();
  // The ingest was ended so that another process takes over.
  bool wants_replacement() const { return wants_replacement_; }
  // Once everything is saved: the program begins anew in this process, with the same arguments, one more
  // entry in its environment, and without the sandbox, which this thread alone has not entered.  Returns only
  // if that cannot be done.
  void ReplaceProcess(std::string environment_entry);

 private:
  void Listen();
  Outcome Reload();
  void AnswerReload();
  void End();

  const sigset_t signals_;
  Ingest& ingest_;
  Reloader& reloader_;
  ServiceManager& manager_;
  Logger& logger_;
  std::atomic<bool> done_ = false;
  std::atomic<bool> wants_replacement_ = false;
  std::mutex reloads_mutex_;
  std::condition_variable answered_;
  uint64_t asked_count_ = 0;
  uint64_t answered_count_ = 0;    // as many were asked for when the last reload began
  Outcome answer_;                 // of that
  std::string environment_entry_;  // read by the thread after its last wait
  std::thread thread_;
};

}  // namespace mta
