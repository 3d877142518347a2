// How a message fares, in one word.
#pragma once

#include <string_view>

#include "exporter/app/trace/story.h"

namespace mta {

struct Outline {
  std::string_view
      word;  // delivered, handed on, partly delivered, deferred, bounced, expired, refused, queued, gone
  bool failed = false;    // at least one recipient will never get it
  bool doubtful = false;  // it is not decided yet
};

Outline OutlineOf(const Story& story);

}  // namespace mta
