// Signals come to one thread alone, which tells the ingest.
#pragma once

#include <signal.h>

#include <atomic>
#include <thread>

#include "exporter/app/serve/ingest.h"
#include "exporter/app/serve/reloader.h"
#include "exporter/app/serve/service_manager.h"
#include "exporter/base/logger.h"

namespace mta {

// Keeps the signals that SignalThread waits for from every thread that is started from here on.  First thing
// in main().
sigset_t BlockSignals();

// SIGTERM and SIGINT end the ingest, SIGHUP reloads the configuration, SIGUSR1 does nothing.  Joined by its
// destructor, so what it is made with must outlive it.
class SignalThread {
 public:
  SignalThread(const sigset_t& signals, Ingest& ingest, Reloader& reloader, ServiceManager& manager,
               Logger& logger);
  ~SignalThread();
  SignalThread(const SignalThread&) = delete;
  SignalThread& operator=(const SignalThread&) = delete;

 private:
  void Listen();

  const sigset_t signals_;
  Ingest& ingest_;
  Reloader& reloader_;
  ServiceManager& manager_;
  Logger& logger_;
  std::atomic<bool> done_ = false;
  std::thread thread_;
};

}  // namespace mta
