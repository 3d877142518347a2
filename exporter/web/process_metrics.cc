#include "exporter/web/process_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <string>

#include "exporter/base/ascii.h"
#include "exporter/base/scanner.h"
#include "exporter/web/single_metric.h"

namespace mta {
namespace {

using prometheus::MetricFamily;

// Files under /proc tell no size; empty where it cannot be read.
std::string ReadProcFile(Env& env, const std::string& path) {
  std::string text;
  auto file = env.OpenRegular(path);
  if (!file) return text;
  std::array<char, 4096> buffer;
  while (const size_t size = (*file)->Read(buffer.data(), buffer.size()).value_or(0))
    text.append(buffer.data(), size);
  return text;
}

std::optional<double> CountOpenFiles(Env& env) {
  const auto names = env.List("/proc/self/fd");
  if (!names) return std::nullopt;
  return static_cast<double>(names->size()) - 1;  // the directory itself
}

std::optional<double> MaxOpenFiles() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return std::nullopt;
  return static_cast<double>(limit.rlim_cur);
}

double TicksToSeconds(uint64_t ticks) {
  return static_cast<double>(ticks) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

}  // namespace

std::optional<ProcessStat> ParseProcessStat(std::string_view stat) {
  // The second field is the program's name in parentheses; it may hold blanks and parentheses itself.
  const size_t name_end = stat.rfind(") ");
  if (name_end == std::string_view::npos) return std::nullopt;
  Scanner in(stat.substr(name_end + 2));
  ProcessStat out;
  for (int field = 3; field <= 24; ++field) {
    const std::string_view word = in.TakeWhile([](char c) { return c != ' ' && c != '\n'; });
    in.Skip(1);
    uint64_t* const number = field == 14   ? &out.user_ticks
                             : field == 15 ? &out.system_ticks
                             : field == 20 ? &out.threads
                             : field == 22 ? &out.start_ticks
                             : field == 23 ? &out.virtual_bytes
                             : field == 24 ? &out.resident_pages
                                           : nullptr;
    if (number == nullptr) continue;
    const auto value = ParseUnsigned(word);
    if (!value) return std::nullopt;
    *number = *value;
  }
  return out;
}

std::optional<uint64_t> ParseBootTime(std::string_view stat) {
  Scanner in(stat);
  std::string_view before;
  uint64_t seconds = 0;
  if (!in.TakeUntil("\nbtime ", before) || !in.TakeUnsigned(seconds)) return std::nullopt;
  return seconds;
}

ProcessMetrics::ProcessMetrics(Env& env) : env_(env) {
  const auto stat = ParseProcessStat(ReadProcFile(env_, "/proc/self/stat"));
  const auto boot = ParseBootTime(ReadProcFile(env_, "/proc/stat"));
  if (stat && boot) start_seconds_ = static_cast<double>(*boot) + TicksToSeconds(stat->start_ticks);
}

std::vector<MetricFamily> ProcessMetrics::Collect() const {
  std::vector<MetricFamily> out;
  const auto gauge = [&](const char* name, const char* help, std::optional<double> value) {
    if (value) out.push_back(SingleGauge(name, help, *value));
  };
  if (const auto stat = ParseProcessStat(ReadProcFile(env_, "/proc/self/stat"))) {
    out.push_back(SingleCounter("process_cpu_seconds_total",
                                "Total user and system CPU time spent in seconds.",
                                TicksToSeconds(stat->user_ticks + stat->system_ticks)));
    gauge("process_resident_memory_bytes", "Resident memory size in bytes.",
          static_cast<double>(stat->resident_pages) * static_cast<double>(sysconf(_SC_PAGESIZE)));
    gauge("process_virtual_memory_bytes", "Virtual memory size in bytes.",
          static_cast<double>(stat->virtual_bytes));
    gauge("process_threads", "Number of OS threads in the process.", static_cast<double>(stat->threads));
  }
  gauge("process_open_fds", "Number of open file descriptors.", CountOpenFiles(env_));
  gauge("process_max_fds", "Maximum number of open file descriptors.", MaxOpenFiles());
  gauge("process_start_time_seconds", "Start time of the process since unix epoch in seconds.",
        start_seconds_);
  return out;
}

}  // namespace mta
