#include "exporter/app/serve/ingest.h"

namespace mta {
namespace {

constexpr uint64_t kBudgetBytes = 4 << 20;                 // of one source, before the others have their turn
constexpr int64_t kAtLeastNs = 100'000'000;                // between two looks at busy logs
constexpr int64_t kAtMostNs = 500'000'000;                 // between two looks at quiet ones
constexpr int64_t kPublishWhileReadingNs = 1'000'000'000;  // while there is more to read than one look takes

}  // namespace

void Ingest::Run() {
  Publish();
  bool ready = false;
  bool changed = true;
  int64_t published_ns = env_.MonotonicNs();
  while (!stopping_) {
    beat_();
    const bool more = PollAll(changed);
    const int64_t now_ns = env_.MonotonicNs();
    if (changed && (!more || now_ns - published_ns >= kPublishWhileReadingNs)) {
      Publish();
      published_ns = now_ns;
      changed = false;
    }
    if (more) continue;
    if (!ready) {
      ready = true;
      site_.SetReady(true);
      logger_.Info("ready: all that was there is read");
    }
    std::vector<std::string> paths;
    for (const auto& source : sources_) {
      for (std::string& path : source->WatchPaths()) paths.push_back(std::move(path));
    }
    waiter_.Watch(paths);
    waiter_.Wait(kAtLeastNs, kAtMostNs);
  }
  Publish();
}

// True if there is more to be read at once.
bool Ingest::PollAll(bool& changed) {
  bool more = false;
  for (const auto& source : sources_) {
    const Source::Polled polled = source->Poll(kBudgetBytes);
    more = more || polled.more;
    changed = changed || polled.changed;
  }
  return more;
}

void Ingest::Publish() {
  Publication publication;
  for (const auto& source : sources_) {
    source->Refresh();
    publication.sources.push_back(source->Status());
  }
  publication.view = store_.Freeze();
  publisher_.Publish(std::move(publication));
}

void Ingest::Stop() {
  stopping_ = true;
  waiter_.Wake();
}

}  // namespace mta
