#include "exporter/app/trace/follow.h"

#include <signal.h>

#include <atomic>
#include <memory>

#include "exporter/app/console/complain.h"
#include "exporter/app/trace/story_builder.h"
#include "exporter/app/trace/story_links.h"
#include "exporter/tail/follower.h"
#include "exporter/tail/waiter.h"

namespace mta {
namespace {

constexpr size_t kMostStories = 20'000;
constexpr int64_t kSettledNs = 2'000'000'000;
constexpr uint64_t kBudgetBytes = 4 << 20;

std::atomic<bool> stopped = false;

void Stop(int) {
  stopped = true;
}

// One log on its way to the builder.
class FollowedLines final : public FollowSink {
 public:
  FollowedLines(Env& env, const Log& log, StoryBuilder& builder, std::unique_ptr<EventStream> stream)
      : log_(log), builder_(builder), stream_(std::move(stream)), follower_(env, {.log = log.path}) {
    stream_->reader().SetReference(env.NowNs());
  }

  FollowProgress Poll() { return follower_.Poll(*this, kBudgetBytes); }
  std::vector<std::string> WatchPaths() const { return follower_.WatchPaths(); }

  void Line(std::string_view line) override {
    builder_.SetLog(log_.path);
    stream_->Line(line);
  }
  void OversizedLine(uint64_t) override {}

 private:
  const Log& log_;
  StoryBuilder& builder_;
  std::unique_ptr<EventStream> stream_;
  Follower follower_;
};

// What of a message has been printed: how much there was of it.
size_t Extent(const Story& story) {
  return story.attempts.size() + story.refusals.size() + (story.end == Story::End::kRemoved ? 1U << 30 : 0);
}

}  // namespace

bool Follow(const TraceFlags& flags, const Selection& selection, LogFiles& files, Env& env,
            StoryPrinter& printer, std::FILE* err) {
  const Result<std::unique_ptr<Waiter>> waiter = Waiter::Make();
  if (!waiter) return Complain(err, waiter.error().message) == kExitDone;
  StoryBuilder builder({.keep_lines = flags.format == TraceFormat::kLines, .keep_refusals = true});
  std::vector<std::unique_ptr<FollowedLines>> logs;
  for (const Log& log : files.logs()) {
    auto stream = EventStream::Make({.mta = flags.mta == "auto" ? log.mta : flags.mta}, builder);
    if (!stream) return Complain(err, stream.error().message) == kExitDone;
    logs.push_back(std::make_unique<FollowedLines>(env, log, builder, std::move(*stream)));
  }
  struct sigaction action = {};
  action.sa_handler = Stop;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);

  int64_t told_ns = env.MonotonicNs();
  bool changed = false;
  while (!stopped && printer.ok()) {
    bool more = false;
    std::vector<std::string> paths;
    for (const auto& log : logs) {
      const FollowProgress progress = log->Poll();
      more = more || progress.more;
      changed = changed || progress.bytes > 0;
      for (std::string& path : log->WatchPaths()) paths.push_back(std::move(path));
    }
    const int64_t now_ns = env.MonotonicNs();
    if (changed && !more && now_ns - told_ns >= kSettledNs) {
      LinkStories(builder.stories());
      for (Story& story : builder.stories())
        story.selected = story.told < Extent(story) && selection.Matches(story);
      printer.Print(builder.stories());
      for (Story& story : builder.stories()) {
        if (story.selected) story.told = Extent(story);
      }
      size_t excess = builder.stories().size() > kMostStories ? builder.stories().size() - kMostStories : 0;
      builder.Prune([&](const Story& story) {
        const bool over = story.end != Story::End::kOpen;
        return over || (excess > 0 && excess-- > 0);
      });
      told_ns = now_ns;
      changed = false;
    }
    if (more) continue;
    (*waiter)->Watch(paths);
    (*waiter)->Wait(100'000'000, 500'000'000);
  }
  return true;
}

}  // namespace mta
