#include "exporter/app/console/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "exporter/app/console/moment.h"
#include "exporter/base/civil.h"

namespace mta {
namespace {

constexpr uint64_t kLookEveryBytes = 1 << 20;
constexpr size_t kBarColumns = 30;

std::string Bar(uint64_t percent) {
  const size_t full = static_cast<size_t>(percent) * kBarColumns / 100;
  return fmt::format("[{:=<{}}{: <{}}]", "", full, "", kBarColumns - full);
}

}  // namespace

Progress::Progress(std::FILE* terminal, uint64_t total_bytes, Env& env, std::string_view done)
    : terminal_(terminal),
      total_bytes_(total_bytes),
      env_(env),
      done_(done),
      shown_(isatty(fileno(terminal)) == 1),
      begin_ns_(env.MonotonicNs()),
      next_show_ns_(begin_ns_ + kNanosPerSecond) {}

void Progress::Look() {
  next_look_bytes_ = done_bytes_ + kLookEveryBytes;
  const int64_t now_ns = env_.MonotonicNs();
  if (now_ns < next_show_ns_) return;
  next_show_ns_ = now_ns + kNanosPerSecond / 4;
  const double seconds = static_cast<double>(now_ns - begin_ns_) / 1e9;
  const double rate = static_cast<double>(done_bytes_) / seconds;
  std::string line =
      fmt::format("{} {}, {}/s", SizeText(done_bytes_), done_, SizeText(static_cast<uint64_t>(rate)));
  if (total_bytes_ > 0) {
    const uint64_t left = total_bytes_ - std::min(done_bytes_, total_bytes_);
    const uint64_t percent = std::min<uint64_t>(99, done_bytes_ * 100 / total_bytes_);
    line = fmt::format("{} {} %, {} left, {}", Bar(percent), percent,
                       DurationText(std::ceil(static_cast<double>(left) / rate)), line);
  }
  fmt::print(terminal_, "\r{}\033[K", line);
  std::fflush(terminal_);
  on_screen_ = true;
}

void Progress::Clear() {
  if (!on_screen_) return;
  fmt::print(terminal_, "\r\033[K");
  std::fflush(terminal_);
  on_screen_ = false;
}

}  // namespace mta
