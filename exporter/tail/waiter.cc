#include "exporter/tail/waiter.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <system_error>

#include "exporter/base/env.h"

namespace mta {
namespace {

constexpr uint32_t kChanges = IN_MODIFY | IN_ATTRIB | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO |
                              IN_DELETE_SELF | IN_MOVE_SELF;
constexpr int64_t kNsPerSecond = 1'000'000'000;

void Empty(int fd) {
  char events[4096];
  while (::read(fd, events, sizeof events) > 0) {
  }
}

}  // namespace

Result<std::unique_ptr<Waiter>> Waiter::Make() {
  const int wakes = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wakes < 0) {
    return Fail(fmt::format("cannot make an eventfd: {}", std::generic_category().message(errno)), errno);
  }
  return std::unique_ptr<Waiter>(new Waiter(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK), wakes));
}

Waiter::~Waiter() {
  if (changes_ >= 0) ::close(changes_);
  ::close(wakes_);
}

void Waiter::Watch(const std::vector<std::string>& paths) {
  if (changes_ < 0) return;
  std::map<std::string, int> watches;
  // Adding a watch again gives the same descriptor, or a new one where the name leads to another file by now.
  for (const std::string& path : paths) {
    const int watch = ::inotify_add_watch(changes_, path.c_str(), kChanges);
    if (watch >= 0) watches[path] = watch;
  }
  for (const auto& old : watches_) {
    const bool kept = std::any_of(watches.begin(), watches.end(),
                                  [&](const auto& now) { return now.second == old.second; });
    if (!kept) ::inotify_rm_watch(changes_, old.second);
  }
  watches_ = std::move(watches);
}

bool Waiter::Wait(int64_t at_least_ns, int64_t at_most_ns) {
  const int64_t begin = Env::Posix().MonotonicNs();
  bool changed = false;
  if (WaitFor(at_most_ns, true, changed)) return true;
  const int64_t rest = at_least_ns - (Env::Posix().MonotonicNs() - begin);
  return changed && rest > 0 && WaitFor(rest, false, changed);
}

// True: woken.
bool Waiter::WaitFor(int64_t ns, bool for_changes, bool& changed) {
  const timespec timeout{ns / kNsPerSecond, ns % kNsPerSecond};
  pollfd fds[] = {{wakes_, POLLIN, 0}, {for_changes ? changes_ : -1, POLLIN, 0}};
  if (::ppoll(fds, 2, &timeout, nullptr) < 0) return errno == EINTR;
  changed = fds[1].revents != 0;
  if (changed) Empty(changes_);
  if (fds[0].revents == 0) return false;
  Empty(wakes_);
  return true;
}

void Waiter::Wake() {
  const int saved = errno;
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(wakes_, &one, sizeof one);
  errno = saved;
}

}  // namespace mta
