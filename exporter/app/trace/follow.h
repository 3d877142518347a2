// `trace --follow`: after what the logs hold, what comes.
#pragma once

#include <cstdio>
#include <memory>
#include <vector>

#include "exporter/app/source/log_files.h"
#include "exporter/app/trace/selection.h"
#include "exporter/app/trace/story_builder.h"
#include "exporter/app/trace/story_printer.h"
#include "exporter/app/trace/trace_flags.h"
#include "exporter/tail/waiter.h"

namespace mta {

class FollowedLines;

// The logs of a LogFiles, each line once: what `files` holds is the hunt's, what comes after it is followed.
class Following {
 public:
  // Takes note of where the logs end and brings `files` up to there, so it comes before the hunt.  All must
  // outlive this.  Fails where a log cannot be followed.
  static Result<std::unique_ptr<Following>> Begin(const TraceFlags& flags, LogFiles& files, Env& env);
  ~Following();

  // Tells what comes until SIGINT or SIGTERM: a message when it has ended, or when nothing happened to it for
  // two seconds after an attempt; then again when more happens.  Of `known`, which were told, those that are
  // still under way go on.  Bounded: of more than 20,000 messages under way the oldest are forgotten.  True
  // if it told of any.
  bool Run(const Selection& selection, std::vector<Story> known, StoryPrinter& printer);

 private:
  Following(const TraceFlags& flags, Env& env);
  bool Tell(const Selection& selection, StoryPrinter& printer);

  Env& env_;
  std::unique_ptr<Waiter> waiter_;
  StoryBuilder builder_;
  std::vector<std::unique_ptr<FollowedLines>> logs_;
};

}  // namespace mta
