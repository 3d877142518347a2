#include "exporter/app/console/progress.h"

#include <pty.h>
#include <unistd.h>

#include <string>

#include "catch.h"
#include "exporter/base/civil.h"
#include "exporter/base/env_wrapper.h"

namespace mta {
namespace {

constexpr uint64_t kMegabyte = 1'000'000;

class Clock final : public EnvWrapper {
 public:
  Clock() : EnvWrapper(Env::Posix()) {}
  int64_t MonotonicNs() override { return now_ns; }
  int64_t now_ns = 0;
};

// Both ends of a pseudo terminal.
class Terminal {
 public:
  Terminal() {
    int slave = -1;
    REQUIRE(openpty(&master_, &slave, nullptr, nullptr, nullptr) == 0);
    file_ = fdopen(slave, "w");
  }
  ~Terminal() {
    std::fclose(file_);
    close(master_);
  }
  std::FILE* file() { return file_; }
  // What has come since the last call, and at least something.
  std::string Shown() {
    char buffer[1000];
    const ssize_t count = read(master_, buffer, sizeof buffer);
    REQUIRE(count > 0);
    return {buffer, static_cast<size_t>(count)};
  }

 private:
  int master_ = -1;
  std::FILE* file_ = nullptr;
};

TEST_CASE("progress: a bar, the share, the time left, and nothing of it in the end") {
  Terminal terminal;
  Clock clock;
  Progress progress(terminal.file(), 100 * kMegabyte, clock);
  progress.Advance(10 * kMegabyte);  // within the first second: nothing
  clock.now_ns = 10 * kNanosPerSecond;
  progress.Advance(10 * kMegabyte);
  CHECK(terminal.Shown() ==
        "\r[======                        ] 20 %, 40 s left, 20.0 MB read, 2.0 MB/s\033[K");
  progress.Advance(kMegabyte);  // shown four times a second
  clock.now_ns += kNanosPerSecond;
  progress.Advance(89 * kMegabyte);  // more than was thought
  CHECK(terminal.Shown() ==
        "\r[============================= ] 99 %, 0 s left, 110.0 MB read, 10.0 MB/s\033[K");
  progress.Clear();
  CHECK(terminal.Shown() == "\r\033[K");
}

TEST_CASE("progress of an unknown whole tells what is done") {
  Terminal terminal;
  Clock clock;
  Progress progress(terminal.file(), 0, clock);
  clock.now_ns = 2 * kNanosPerSecond;
  progress.Advance(3 * kMegabyte);
  CHECK(terminal.Shown() == "\r3.0 MB read, 1.5 MB/s\033[K");
}

TEST_CASE("progress is for terminals only") {
  std::FILE* file = std::tmpfile();
  Clock clock;
  Progress progress(file, 100, clock);
  clock.now_ns = 10 * kNanosPerSecond;
  progress.Advance(50 * kMegabyte);
  progress.Clear();
  CHECK(std::ftell(file) == 0);
  std::fclose(file);
}

}  // namespace
}  // namespace mta
