// Waiter: sleeps until a watched path changes, somebody wakes it, or the time is up.
//
// It only ever shortens a sleep: a change that it does not see (another file system's, a full queue, a watch
// that could not be set) is found by the poll after the time is up.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "exporter/base/result.h"

namespace mta {

class Waiter {
 public:
  static Result<std::unique_ptr<Waiter>> Make();
  ~Waiter();
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  // Watches these paths (files and directories) and no others.  What cannot be watched is not.
  void Watch(const std::vector<std::string>& paths);

  // Returns after `at_most_ns`; at once when woken; and when a watched path has changed, but not before
  // `at_least_ns`, so that a busy log costs no more than a poll per that time.  True: woken.
  bool Wait(int64_t at_least_ns, int64_t at_most_ns);

  // Ends the present or the next Wait().  From any thread, and from a signal handler.
  void Wake();

 private:
  Waiter(int changes, int wakes) : changes_(changes), wakes_(wakes) {}
  bool WaitFor(int64_t ns, bool for_changes, bool& changed);

  const int changes_;  // inotify; -1 where the kernel gives none
  const int wakes_;    // eventfd
  std::map<std::string, int> watches_;
};

}  // namespace mta
