#include <fcntl.h>
#include <malloc.h>
#include <unistd.h>

#include <cstdio>
#include <exception>

#include "exporter/app/backfill/backfill.h"
#include "exporter/app/command_line.h"
#include "exporter/app/coverage/coverage.h"
#include "exporter/app/scan/scan.h"
#include "exporter/app/serve/serve.h"
#include "exporter/app/trace/trace.h"
#include "exporter/base/env.h"

namespace {

template <typename... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};
template <typename... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;  // clang 14 does not find it by itself

int Run(int argc, char** argv) {
  using namespace mta;
  return std::visit(
      Overloaded{
          [](const EndNow& end) { return end.status; },
          [](const ScanFlags& flags) { return RunScan(flags, Env::Posix(), stdout, stderr); },
          [](const TraceFlags& flags) { return RunTrace(flags, Env::Posix(), stdout, stderr); },
          [](const BackfillFlags& flags) { return RunBackfill(flags, Env::Posix(), stdout, stderr); },
          [](const CoverageFlags& flags) { return RunCoverage(flags, Env::Posix(), stdout, stderr); },
          [](const CheckConfigFlags& flags) { return RunCheckConfig(flags, Env::Posix(), stdout, stderr); },
          [](const ServeFlags& flags) { return RunServe(flags, Env::Posix()); }},
      ParseCommandLine(argc, argv));
}

}  // namespace

int main(int argc, char** argv) {
  // Closed standard descriptors would be given to the next files that are opened, and written to.
  for (int descriptor; (descriptor = open("/dev/null", O_RDWR)) >= 0;) {
    if (descriptor <= 2) continue;
    close(descriptor);
    break;
  }
  // One heap for all threads: with one for each, what a scrape needs for a moment stays with every thread
  // that served one.
  mallopt(M_ARENA_MAX, 1);
  try {
    return Run(argc, argv);
  } catch (const std::exception& error) {  // out of a library, at start-up: memory, threads
    std::fprintf(stderr, "mta_exporter: %s\n", error.what());
    return 1;
  }
}
