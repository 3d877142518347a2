#include "exporter/app/serve/service_manager.h"

#include <fmt/format.h>
#include <systemd/sd-daemon.h>

namespace mta {
namespace {

constexpr int64_t kNsPerMicrosecond = 1000;
constexpr int64_t kSignsInTime = 4;  // of life, before systemd would miss one

}  // namespace

ServiceManager::ServiceManager(Env& env) : env_(env) {
  uint64_t timeout_us = 0;
  if (sd_watchdog_enabled(0, &timeout_us) > 0)
    interval_ns_ = static_cast<int64_t>(timeout_us) * kNsPerMicrosecond / kSignsInTime;
}

void ServiceManager::Ready() {
  sd_notify(0, "READY=1");
}

void ServiceManager::Reloading() {
  const int64_t now_us = env_.MonotonicNs() / kNsPerMicrosecond;
  sd_notify(0, fmt::format("RELOADING=1\nMONOTONIC_USEC={}", now_us).c_str());
}

void ServiceManager::Stopping() {
  sd_notify(0, "STOPPING=1");
}

void ServiceManager::Alive() {
  if (interval_ns_ == 0) return;
  const int64_t now_ns = env_.MonotonicNs();
  if (now_ns - told_ns_ < interval_ns_) return;
  told_ns_ = now_ns;
  sd_notify(0, "WATCHDOG=1");
}

}  // namespace mta
