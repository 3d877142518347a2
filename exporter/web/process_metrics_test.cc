#include "exporter/web/process_metrics.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <map>
#include <string>

#include "catch.h"

namespace mta {
namespace {

std::map<std::string, double> Collected(const ProcessMetrics& metrics) {
  std::map<std::string, double> values;
  for (const auto& family : metrics.Collect()) {
    REQUIRE(family.metric.size() == 1);
    const bool counter = family.type == prometheus::MetricType::Counter;
    values[family.name] = counter ? family.metric[0].counter.value : family.metric[0].gauge.value;
  }
  return values;
}

TEST_CASE("/proc/PID/stat is read behind the program's name, whatever that is") {
  const auto stat = ParseProcessStat(
      "4711 (mta ) R 9 (x) S 1 4711 4711 0 -1 4194560 1000 0 0 0 250 50 0 0 20 0 7 0 12345 104857600 2560 "
      "18446744073709551615 1 1\n");
  REQUIRE(stat);
  CHECK(stat->user_ticks == 250);
  CHECK(stat->system_ticks == 50);
  CHECK(stat->threads == 7);
  CHECK(stat->start_ticks == 12345);
  CHECK(stat->virtual_bytes == 104857600);
  CHECK(stat->resident_pages == 2560);
  CHECK_FALSE(ParseProcessStat(""));
  CHECK_FALSE(ParseProcessStat("4711 (mta) S 1 4711"));
}

TEST_CASE("the time of booting is found among the other lines") {
  CHECK(ParseBootTime("cpu  1 2 3\nctxt 1990473\nbtime 1795470000\nprocesses 2915\n") == 1795470000);
  CHECK_FALSE(ParseBootTime("cpu  1 2 3\n"));
}

TEST_CASE("the process sees itself") {
  const ProcessMetrics metrics(Env::Posix());
  const auto before = Collected(metrics);
  CHECK(before.size() == 7);
  CHECK(before.at("process_cpu_seconds_total") >= 0);
  CHECK(before.at("process_resident_memory_bytes") > 100'000);
  CHECK(before.at("process_virtual_memory_bytes") >= before.at("process_resident_memory_bytes"));
  CHECK(before.at("process_threads") >= 1);
  rlimit limit{};
  REQUIRE(getrlimit(RLIMIT_NOFILE, &limit) == 0);
  CHECK(before.at("process_max_fds") == static_cast<double>(limit.rlim_cur));
  const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
  CHECK(before.at("process_start_time_seconds") <= now.count() + 1);
  CHECK(before.at("process_start_time_seconds") > now.count() - 24 * 3600);

  const int fd = open("/dev/null", O_RDONLY);
  REQUIRE(fd >= 0);
  CHECK(Collected(metrics).at("process_open_fds") == before.at("process_open_fds") + 1);
  close(fd);
  CHECK(Collected(metrics).at("process_open_fds") == before.at("process_open_fds"));
}

}  // namespace
}  // namespace mta
