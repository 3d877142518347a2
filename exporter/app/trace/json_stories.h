// Stories for a program: one JSON object a message and line.  The schema is docs/trace.md's; keys are only
// added to it.
#pragma once

#include <string>
#include <vector>

#include "exporter/app/console/redaction.h"
#include "exporter/app/trace/story.h"

namespace mta {

// With its newline.  Text that is no UTF-8 has U+FFFD in the place of what is wrong.
std::string JsonStory(const std::vector<Story>& stories, size_t index, Redaction& redaction);

}  // namespace mta
