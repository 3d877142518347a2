#include "exporter/app/serve/ingest.h"

#include <algorithm>

#include "exporter/app/serve/restore.h"

namespace mta {
namespace {

constexpr uint64_t kBudgetBytes = 4 << 20;   // of one source, before the others have their turn
constexpr int64_t kAtLeastNs = 100'000'000;  // between two looks at busy logs
constexpr int64_t kAtMostNs = 500'000'000;   // between two looks at quiet ones

}  // namespace

Ingest::Ingest(Env& env, Logger& logger, Waiter& waiter, Publisher& publisher, Site& site, StateOptions state)
    : env_(env),
      logger_(logger),
      waiter_(waiter),
      site_(site),
      directory_(state.directory.get()),
      keeper_(
          env, logger, publisher, std::move(state.directory), [&waiter] { waiter.Wake(); },
          state.save_interval_ns) {}

void Ingest::Restore(const std::optional<DecodedSnapshot>& left) {
  if (left) {
    RestoreState(*left, sources_, store_, keeper_, logger_);
  } else if (directory_ != nullptr) {
    RestoreState(*directory_, sources_, store_, keeper_, logger_);
  }
  keeper_.ShowRestored(MakePublication());
}

void Ingest::Run() {
  bool changed = true;
  uint64_t caught_up_cut = 0;  // the first one that holds all there was; 0: not yet
  bool ready = false;
  while (!stopping_) {
    changed = DoTasks(false) || changed;
    const bool more = PollAll(changed);
    beat_();
    keeper_.Look();
    if (!more && caught_up_cut == 0) {
      caught_up_cut = keeper_.cuts() + 1;
      changed = true;  // the last look may have brought nothing: that cut is wanted all the same
    }
    if (const auto wish = keeper_.Wants(changed); wish != StateKeeper::Wish::kNothing) {
      Cut(wish);
      changed = false;
    }
    if (!ready && caught_up_cut != 0 && keeper_.shown() >= caught_up_cut) {
      ready = true;
      site_.SetReady(true);
      logger_.Info("ready: all that was there is read");
    }
    if (!more) Wait(changed);
  }
  for (const auto& source : sources_) source->Finish();
  Publication last = MakePublication();
  Snapshot snapshot = MakeSnapshot(*last.view);
  keeper_.Finish(std::move(last), std::move(snapshot));
  DoTasks(true);
}

// True if there is more to be read at once.
bool Ingest::PollAll(bool& changed) {
  bool more = false;
  for (const auto& source : sources_) {
    if (stopping_) return false;
    const Source::Polled polled = source->Poll(kBudgetBytes);
    more = more || polled.more;
    changed = changed || polled.changed;
  }
  return more;
}

void Ingest::Cut(StateKeeper::Wish wish) {
  const int64_t before_ns = env_.ThreadCpuNs();
  Publication publication = MakePublication();
  if (wish == StateKeeper::Wish::kShow) return keeper_.Show(std::move(publication));
  Snapshot snapshot = MakeSnapshot(*publication.view);
  keeper_.Keep(std::move(publication), std::move(snapshot), env_.ThreadCpuNs() - before_ns);
}

void Ingest::Wait(bool changed) {
  std::vector<std::string> paths;
  for (const auto& source : sources_) {
    for (std::string& path : source->WatchPaths()) paths.push_back(std::move(path));
  }
  waiter_.Watch(paths);
  const int64_t until_cut_ns = changed ? keeper_.next_ns() - env_.MonotonicNs() : kAtMostNs;
  waiter_.Wait(kAtLeastNs, std::clamp(until_cut_ns, kAtLeastNs, kAtMostNs));
}

Publication Ingest::MakePublication() {
  Publication publication;
  for (const auto& source : sources_) {
    source->Refresh();
    publication.sources.push_back(source->Status());
  }
  publication.view = store_.Freeze();
  return publication;
}

Snapshot Ingest::MakeSnapshot(const View& view) const {
  Snapshot snapshot;
  ByteWriter metrics;
  view.Save(metrics);
  snapshot.push_back({kMetricsSection, metrics.Take()});
  for (const auto& source : sources_) {
    ByteWriter state;
    source->Save(state);
    snapshot.push_back({kSourceSection + source->name(), state.Take()});
  }
  return snapshot;
}

Snapshot Ingest::Leave() {
  Snapshot snapshot = MakeSnapshot(*MakePublication().view);
  snapshot.push_back(keeper_.Leave());
  return snapshot;
}

Outcome Ingest::Do(std::function<void()> task, std::chrono::nanoseconds deadline) {
  std::unique_lock lock(tasks_mutex_);
  if (ended_) return Fail("the exporter is ending");
  tasks_.push_back(&task);
  waiter_.Wake();
  const auto is_open = [&] { return std::ranges::find(tasks_, &task) != tasks_.end(); };
  task_done_.wait_for(lock, deadline, [&] { return !is_open() || ended_; });
  if (!is_open()) return {};
  std::erase(tasks_, &task);
  return Fail(ended_ ? "the exporter is ending" : "reading a log or its directory hangs: nothing is done");
}

// True if there was one.  The lock is held meanwhile: nobody else wants anything that goes on.
bool Ingest::DoTasks(bool last) {
  const std::lock_guard lock(tasks_mutex_);
  const bool any = !last && !tasks_.empty();
  for (; !last && !tasks_.empty(); tasks_.pop_front()) (*tasks_.front())();
  ended_ = last;
  task_done_.notify_all();
  return any;
}

void Ingest::Stop() {
  stopping_ = true;
  waiter_.Wake();
}

}  // namespace mta
