// Scans a spool of 100,000 Postfix messages, as root's exporter would.
//
//   queue_scan_bench [MESSAGES]
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>

#include "exporter/queue/test_spool.h"

int main(int argc, char** argv) {
  using namespace mta;
  const uint64_t messages = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 100'000;
  const TestSpool spool;
  spool.MakeDirectories({"incoming", "active", "deferred", "hold", "maildrop", "corrupt", "public"});
  for (int i = 0; i < 16; ++i) std::filesystem::create_directory(spool / fmt::format("deferred/{:X}", i));
  for (uint64_t i = 0; i < messages; ++i) {
    const std::string name = fmt::format("deferred/{0:X}/{0:X}{1:08X}", i % 16, i);
    spool.Write(name, PostfixFile(5000, 1'600'000'000 + static_cast<int64_t>(i)));
    ::chmod((spool / name).c_str(), 0700);
  }
  const std::atomic<bool> stop = false;
  Env& env = Env::Posix();
  for (int round = 0; round < 3; ++round) {
    const int64_t begin = env.MonotonicNs();
    const ScanLimits limits(env, 60'000'000'000, stop);
    const QueueReport report = ScanQueues({"postfix", "bench", {spool.path()}}, env, limits);
    const double seconds = 1e-9 * static_cast<double>(env.MonotonicNs() - begin);
    const QueueFigures* const deferred = report.Find("deferred");
    if (deferred == nullptr || deferred->messages != messages) return 1;
    std::printf("%llu messages in %.3f s\n", static_cast<unsigned long long>(messages), seconds);
  }
  return 0;
}
