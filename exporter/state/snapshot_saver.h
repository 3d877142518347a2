// SnapshotSaver: saves on a thread of its own, so that a slow disk holds up nobody.  The first Start() makes
// the thread: it inherits the limits that its maker has by then.
//
// One snapshot at a time.  Its calls belong to one thread; the directory belongs to the saver.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <thread>

#include "exporter/base/env.h"
#include "exporter/state/state_directory.h"

namespace mta {

class SnapshotSaver {
 public:
  struct Saved {
    Result<uint64_t> bytes;  // written; nothing was replaced if it is an error
    int64_t cpu_ns = 0;      // what it took
  };

  // `on_saved` is called on the saver's thread after each snapshot.  `env` must outlive the process.
  SnapshotSaver(Env& env, std::unique_ptr<StateDirectory> directory, std::function<void()> on_saved);
  // Does not wait for a save under way: it goes on while the process lives.
  ~SnapshotSaver();
  SnapshotSaver(const SnapshotSaver&) = delete;
  SnapshotSaver& operator=(const SnapshotSaver&) = delete;

  // True from Start() until Take() has given what became of it.
  bool busy() const { return busy_; }
  // Not while busy.
  void Start(Snapshot snapshot);
  // What became of it, once; nothing while it is under way.  Waits for it for so long.
  std::optional<Saved> Take(int64_t wait_ns = 0);

 private:
  struct Desk;  // what the two threads share
  static void Work(const std::shared_ptr<Desk>& desk);

  std::shared_ptr<Desk> desk_;
  std::thread thread_;
  bool busy_ = false;
};

}  // namespace mta
