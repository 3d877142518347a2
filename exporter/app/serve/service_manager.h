// ServiceManager: tells systemd how the service fares (sd_notify(3)); without systemd it tells nobody.
//
// Any thread.
#pragma once

#include <atomic>
#include <cstdint>

#include "exporter/base/env.h"

namespace mta {

class ServiceManager {
 public:
  // Borrows `env`.
  explicit ServiceManager(Env& env);

  void Ready();      // started, or reloaded
  void Reloading();  // until Ready()
  void Stopping();
  // From the thread whose life is the service's.  Passed on as often as the unit's WatchdogSec= wants it,
  // however often it is called; without one it does nothing.
  void Alive();

 private:
  Env& env_;
  int64_t interval_ns_ = 0;  // 0: no watchdog
  std::atomic<int64_t> told_ns_ = 0;
};

}  // namespace mta
