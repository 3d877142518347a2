// `trace --follow`: after what the logs hold, what comes.
#pragma once

#include <cstdio>

#include "exporter/app/source/log_files.h"
#include "exporter/app/trace/selection.h"
#include "exporter/app/trace/story_printer.h"
#include "exporter/app/trace/trace_flags.h"

namespace mta {

// Follows the logs of `files` from their ends on, until SIGINT or SIGTERM.  A message is told when it has
// ended, or when nothing happened to it for two seconds after an attempt; then again when more happens.  Of
// what came before, only what is still under way is known.  Bounded: of more than 20,000 messages under way
// the oldest are forgotten. False where the logs cannot be followed.
bool Follow(const TraceFlags& flags, const Selection& selection, LogFiles& files, Env& env,
            StoryPrinter& printer, std::FILE* err);

}  // namespace mta
