#include "exporter/state/snapshot_saver.h"

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace mta {

struct SnapshotSaver::Desk {
  Env& env;
  const std::unique_ptr<StateDirectory> directory;
  const std::function<void()> on_saved;

  std::mutex mutex = {};
  std::condition_variable changed = {};
  std::optional<Snapshot> next = {};
  std::optional<Saved> saved = {};
  bool over = false;
};

SnapshotSaver::SnapshotSaver(Env& env, std::unique_ptr<StateDirectory> directory,
                             std::function<void()> on_saved)
    : desk_(new Desk{env, std::move(directory), std::move(on_saved)}) {}

SnapshotSaver::~SnapshotSaver() {
  {
    const std::lock_guard lock(desk_->mutex);
    desk_->over = true;
  }
  desk_->changed.notify_all();
  if (!thread_.joinable()) return;
  if (busy_ && !Take()) {
    thread_.detach();
  } else {
    thread_.join();
  }
}

void SnapshotSaver::Start(Snapshot snapshot) {
  if (!thread_.joinable()) thread_ = std::thread([desk = desk_] { Work(desk); });
  {
    const std::lock_guard lock(desk_->mutex);
    desk_->next = std::move(snapshot);
  }
  busy_ = true;
  desk_->changed.notify_all();
}

std::optional<SnapshotSaver::Saved> SnapshotSaver::Take(int64_t wait_ns) {
  std::unique_lock lock(desk_->mutex);
  desk_->changed.wait_for(lock, std::chrono::nanoseconds(wait_ns), [&] { return desk_->saved.has_value(); });
  if (!desk_->saved) return std::nullopt;
  busy_ = false;
  return std::exchange(desk_->saved, std::nullopt);
}

void SnapshotSaver::Work(const std::shared_ptr<Desk>& desk) {
  std::unique_lock lock(desk->mutex);
  for (;;) {
    desk->changed.wait(lock, [&] { return desk->next || desk->over; });
    if (!desk->next) return;
    Snapshot snapshot = std::move(*desk->next);
    desk->next.reset();
    lock.unlock();
    const int64_t before_ns = desk->env.ThreadCpuNs();
    auto bytes = desk->directory->Save(snapshot);
    snapshot = {};  // its memory is not needed while there is nothing to do
    const int64_t cpu_ns = desk->env.ThreadCpuNs() - before_ns;
    lock.lock();
    desk->saved = Saved{std::move(bytes), cpu_ns};
    desk->changed.notify_all();
    if (desk->over) return;
    desk->on_saved();
  }
}

}  // namespace mta
