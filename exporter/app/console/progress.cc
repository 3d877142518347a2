#include "exporter/app/console/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

namespace mta {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr uint64_t kLookEveryBytes = 1 << 20;

}  // namespace

Progress::Progress(std::FILE* terminal, uint64_t total_bytes, Env& env)
    : terminal_(terminal),
      total_bytes_(total_bytes),
      env_(env),
      shown_(isatty(fileno(terminal)) == 1),
      begin_ns_(env.MonotonicNs()),
      next_show_ns_(begin_ns_ + kSecond) {}

void Progress::Look() {
  next_look_bytes_ = done_bytes_ + kLookEveryBytes;
  const int64_t now_ns = env_.MonotonicNs();
  if (now_ns < next_show_ns_) return;
  next_show_ns_ = now_ns + kSecond / 4;
  const double seconds = static_cast<double>(now_ns - begin_ns_) / 1e9;
  const double rate = static_cast<double>(done_bytes_) / seconds;
  std::string line =
      fmt::format("\r{:.0f} MB read, {:.0f} MB/s", static_cast<double>(done_bytes_) / 1e6, rate / 1e6);
  if (total_bytes_ > 0) {
    const uint64_t left = total_bytes_ - std::min(done_bytes_, total_bytes_);
    line += fmt::format(", {} %, {:.0f} s left", std::min<uint64_t>(99, done_bytes_ * 100 / total_bytes_),
                        static_cast<double>(left) / rate);
  }
  fmt::print(terminal_, "{}\033[K", line);
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
