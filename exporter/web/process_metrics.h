// The process_* metrics every Prometheus client library gives, read from /proc when they are asked for.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "exporter/base/env.h"

namespace mta {

// What /proc/PID/stat says (proc(5)); ticks and pages as they stand there.
struct ProcessStat {
  uint64_t user_ticks = 0;
  uint64_t system_ticks = 0;
  uint64_t threads = 0;
  uint64_t start_ticks = 0;  // since the machine was booted
  uint64_t virtual_bytes = 0;
  uint64_t resident_pages = 0;
};

std::optional<ProcessStat> ParseProcessStat(std::string_view stat);
// The `btime` line of /proc/stat: when the machine was booted, in seconds since 1970.
std::optional<uint64_t> ParseBootTime(std::string_view stat);

// Any thread may collect.  What cannot be read (no /proc, a sandbox) is left out.
class ProcessMetrics : public prometheus::Collectable {
 public:
  // Reads when the process started, once: the kernel's answer moves whenever the clock is set.
  explicit ProcessMetrics(Env& env);
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  Env& env_;
  std::optional<double> start_seconds_;
};

}  // namespace mta
