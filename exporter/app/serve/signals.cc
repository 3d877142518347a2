#include "exporter/app/serve/signals.h"

#include <pthread.h>

namespace mta {

sigset_t BlockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

SignalThread::SignalThread(const sigset_t& signals, Ingest& ingest, Reloader& reloader,
                           ServiceManager& manager, Logger& logger)
    : signals_(signals),
      ingest_(ingest),
      reloader_(reloader),
      manager_(manager),
      logger_(logger),
      thread_([this] { Listen(); }) {}

SignalThread::~SignalThread() {
  done_ = true;
  pthread_kill(thread_.native_handle(), SIGUSR1);  // ends its wait
  thread_.join();
}

void SignalThread::Listen() {
  for (int signal = 0; sigwait(&signals_, &signal) == 0 && !done_;) {
    if (signal == SIGUSR1) continue;
    if (signal == SIGHUP) {
      manager_.Reloading();
      reloader_.Reload();  // says in the log how it went
      manager_.Ready();
      continue;
    }
    manager_.Stopping();
    logger_.Info("ending", {{"signal", signal == SIGTERM ? "SIGTERM" : "SIGINT"}});
    ingest_.Stop();
  }
}

}  // namespace mta
