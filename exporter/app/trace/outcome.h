// How a message fares, in a word or two and in a sentence.
#pragma once

#include <string_view>

#include "exporter/app/trace/story.h"

namespace mta {

struct Outline {
  // delivered, handed on, deferred, bounced, partly ..., expired, refused, discarded, deleted, on hold,
  // queued, gone, unclear
  std::string_view word;
  bool failed = false;    // at least one recipient will never get it
  bool doubtful = false;  // it is not decided yet
  // Where it is now, and what follows; empty where the word says it all.
  std::string_view now = {};
};

Outline OutlineOf(const Story& story);

}  // namespace mta
