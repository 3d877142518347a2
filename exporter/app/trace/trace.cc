#include "exporter/app/trace/trace.h"

#include <fmt/format.h>

#include <algorithm>

#include "exporter/app/console/complain.h"
#include "exporter/app/console/moment.h"
#include "exporter/app/console/progress.h"
#include "exporter/app/discovery/discovery.h"
#include "exporter/app/trace/follow.h"
#include "exporter/app/trace/hunt.h"
#include "exporter/app/trace/selection_of.h"
#include "exporter/app/trace/story_printer.h"

namespace mta {
namespace {

constexpr int kFound = 0;
constexpr int kNotFound = 1;
constexpr int kTrouble = 2;

int Trouble(std::FILE* err, const std::string& message) {
  Complain(err, message);
  return kTrouble;
}

Result<std::vector<Log>> LogsOfThisMachine() {
  const Discovery discovery = DiscoverLogs();
  std::vector<Log> logs;
  for (const FoundLog& found : discovery.logs) {
    if (found.exists && !found.readable) return Fail(found.problem);
    if (found.exists) logs.push_back({found.path, found.mta});
  }
  if (logs.empty()) return Fail(discovery.nothing_found);
  return logs;
}

Result<LogFiles> FilesOf(const TraceFlags& flags, Env& env) {
  if (!flags.operands.empty()) return LogFiles::Named(env, flags.operands);
  Result<std::vector<Log>> logs = LogsOfThisMachine();
  if (!logs) return tl::unexpected(logs.error());
  return LogFiles::WithSiblings(env, *logs);
}

bool AllTold(const std::vector<Story>& stories) {
  return std::ranges::any_of(stories, &Story::selected) &&
         std::ranges::all_of(stories,
                             [](const Story& story) { return !story.selected || story.arrival_seen; });
}

// What was read too little of is read again with all there is: mostly the newest files tell the whole story.
Outcome HuntIn(LogFiles& files, const Selection& selection, const HuntOptions& options, bool newest_first,
               Progress& progress, std::unique_ptr<Hunt>& hunt) {
  const auto advance = [&progress](uint64_t bytes) { progress.Advance(bytes); };
  LogFiles all = files;
  const bool fewer = newest_first ? files.KeepNewest() : files.DropBefore(selection.since_ns);
  hunt = std::make_unique<Hunt>(files, selection, options, advance);
  if (Outcome done = hunt->Run(); !done || !fewer || AllTold(hunt->stories())) return done;
  if (!newest_first && std::ranges::none_of(hunt->stories(), &Story::selected)) return {};
  files = std::move(all);
  hunt = std::make_unique<Hunt>(files, selection, options, advance);
  return hunt->Run();
}

}  // namespace

int RunTrace(const TraceFlags& flags, Env& env, std::FILE* out, std::FILE* err) {
  const Result<Selection> selection = SelectionOf(flags, env.NowNs());
  if (!selection) return Trouble(err, selection.error().message);
  Result<LogFiles> files = FilesOf(flags, env);
  if (!files) return Trouble(err, files.error().message);
  std::unique_ptr<Following> following;
  if (flags.follow) {
    Result<std::unique_ptr<Following>> begun = Following::Begin(flags, *files, env);
    if (!begun) return Trouble(err, begun.error().message);
    following = std::move(*begun);
  }
  const bool discovered = flags.operands.empty();
  const bool one_message = !selection->queue_ids.empty() || !selection->message_ids.empty();

  Progress progress(err, 0, env);
  std::unique_ptr<Hunt> hunt;
  const HuntOptions options = {
      .mta = flags.mta, .limit = flags.limit, .keep_lines = flags.format == TraceFormat::kLines};
  const Outcome hunted = HuntIn(*files, *selection, options, discovered && one_message, progress, hunt);
  progress.Clear();
  if (!hunted) return Trouble(err, hunted.error().message);
  for (const std::string& problem : hunt->problems()) Complain(err, problem);
  if (hunt->left_out() > 0)
    Complain(err, fmt::format("{} older messages match, too: narrow the selection, or --limit=0",
                              hunt->left_out()));

  StoryPrinter printer(out, flags, *selection);
  bool found = printer.Print(hunt->stories());
  if (printer.ok() && following != nullptr)
    found = following->Run(*selection, std::move(hunt->stories()), printer) || found;
  if (!printer.ok()) return Trouble(err, "cannot write to standard output");
  if (!hunt->problems().empty()) return kTrouble;
  return found ? kFound : kNotFound;
}

}  // namespace mta
