#include "exporter/app/trace/follow.h"

#include <signal.h>

#include <atomic>

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

void StopBySignal() {
  struct sigaction action = {};
  action.sa_handler = Stop;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

// What of a message has been printed: how much there was of it.
size_t Extent(const Story& story) {
  return story.attempts.size() + story.refusals.size() + (story.end == Story::End::kRemoved ? 1U << 30 : 0);
}

}  // namespace

// One log on its way to the builder.
class FollowedLines final : public FollowSink {
 public:
  FollowedLines(Env& env, const Log& log, StoryBuilder& builder, std::unique_ptr<EventStream> stream)
      : log_(log), builder_(builder), stream_(std::move(stream)), follower_(env, {.log = log.path}) {
    stream_->reader().SetReference(env.NowNs());
  }

  FollowProgress Poll() { return follower_.Poll(*this, kBudgetBytes); }
  std::vector<std::string> WatchPaths() const { return follower_.WatchPaths(); }
  // The first bytes of the file that is live now were read by others.
  void SkipTo(uint64_t offset) { skip_to_ = offset; }

  void Begin(const Stretch& stretch) override {
    if (begun_ && stretch.offset == 0) skip_to_ = 0;  // another file
    begun_ = true;
    offset_ = stretch.offset;
  }
  void Line(std::string_view line) override {
    offset_ += line.size() + 1;
    if (offset_ <= skip_to_) return;
    builder_.SetLog(NameOfLog(log_));
    stream_->Line(line);
  }
  void OversizedLine(uint64_t bytes) override { offset_ += bytes; }

 private:
  const Log log_;
  StoryBuilder& builder_;
  std::unique_ptr<EventStream> stream_;
  Follower follower_;
  bool begun_ = false;
  uint64_t offset_ = 0;  // behind the last line, in its file
  uint64_t skip_to_ = 0;
};

Following::Following(const TraceFlags& flags, Env& env)
    : env_(env), builder_({.keep_lines = flags.format == TraceFormat::kLines, .keep_refusals = true}) {}

Following::~Following() = default;

Result<std::unique_ptr<Following>> Following::Begin(const TraceFlags& flags, LogFiles& files, Env& env) {
  if (files.has_copies()) return Fail("--follow: standard input and pipes cannot be followed: name a file");
  auto following = std::unique_ptr<Following>(new Following(flags, env));
  Result<std::unique_ptr<Waiter>> waiter = Waiter::Make();
  if (!waiter) return tl::unexpected(waiter.error());
  following->waiter_ = std::move(*waiter);
  for (const Log& log : files.logs()) {
    auto stream = EventStream::Make({.mta = flags.mta == "auto" ? log.mta : flags.mta}, following->builder_);
    if (!stream) return tl::unexpected(stream.error());
    following->logs_.push_back(
        std::make_unique<FollowedLines>(env, log, following->builder_, std::move(*stream)));
    const FollowProgress progress = following->logs_.back()->Poll();
    if (!progress.problem.empty()) return Fail("--follow: " + progress.problem);
  }
  files.MeasureAgain();
  for (const LogFile& file : files.files()) {
    if (file.file.path == files.logs()[file.log].path)
      following->logs_[file.log]->SkipTo(file.file.size_bytes);
  }
  return following;
}

bool Following::Run(const Selection& selection, std::vector<Story> known, StoryPrinter& printer) {
  StopBySignal();
  for (Story& story : known) {
    if (story.end != Story::End::kOpen) continue;
    story.told = Extent(story);
    story.lines.clear();
    builder_.Adopt(std::move(story));
  }
  bool told = false;
  bool changed = false;
  int64_t told_ns = env_.MonotonicNs();
  while (!stopped && printer.ok()) {
    bool more = false;
    std::vector<std::string> paths;
    for (const auto& log : logs_) {
      const FollowProgress progress = log->Poll();
      more = more || progress.more;
      changed = changed || progress.bytes > 0;
      for (std::string& path : log->WatchPaths()) paths.push_back(std::move(path));
    }
    const int64_t now_ns = env_.MonotonicNs();
    if (changed && !more && now_ns - told_ns >= kSettledNs) {
      told = Tell(selection, printer) || told;
      told_ns = now_ns;
      changed = false;
    }
    if (more) continue;
    waiter_->Watch(paths);
    waiter_->Wait(100'000'000, 500'000'000);
  }
  return told;
}

bool Following::Tell(const Selection& selection, StoryPrinter& printer) {
  std::vector<Story>& stories = builder_.stories();
  LinkStories(stories);
  for (Story& story : stories) story.selected = story.told < Extent(story) && selection.Matches(story);
  const bool told = printer.Print(stories);
  for (const std::vector<size_t>& chain : Chains(stories)) {
    for (const size_t index : chain) stories[index].lines.clear();  // each is told once
  }
  for (Story& story : stories) {
    if (story.selected) story.told = Extent(story);
  }
  size_t excess = stories.size() > kMostStories ? stories.size() - kMostStories : 0;
  builder_.Prune([&](const Story& story) {
    const bool over = story.end != Story::End::kOpen;
    return over || (excess > 0 && excess-- > 0);
  });
  return told;
}

}  // namespace mta
