// ScanLimits: how long a scan may go on.
//
// Asked between the steps of a scan, by the thread that scans.
#pragma once

#include <atomic>
#include <cstdint>

#include "exporter/base/env.h"

namespace mta {

class ScanLimits {
 public:
  // `stop` may be set by any thread; both are borrowed.
  ScanLimits(Env& env, int64_t limit_ns, const std::atomic<bool>& stop)
      : env_(env), deadline_ns_(env.MonotonicNs() + limit_ns), stop_(stop) {}

  bool Exceeded() const { return stop_ || env_.MonotonicNs() >= deadline_ns_; }

 private:
  Env& env_;
  const int64_t deadline_ns_;
  const std::atomic<bool>& stop_;
};

}  // namespace mta
