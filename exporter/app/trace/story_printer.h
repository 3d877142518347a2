// StoryPrinter: stories to standard output, in the form that was asked for.
#pragma once

#include <cstdio>
#include <vector>

#include "exporter/app/console/redaction.h"
#include "exporter/app/console/text_canvas.h"
#include "exporter/app/trace/selection.h"
#include "exporter/app/trace/story.h"
#include "exporter/app/trace/text_stories.h"
#include "exporter/app/trace/trace_flags.h"

namespace mta {

class StoryPrinter {
 public:
  StoryPrinter(std::FILE* out, const TraceFlags& flags, const Selection& selection)
      : out_(out),
        format_(flags.format),
        canvas_(TextCanvas::Of(out)),
        redaction_(flags.redact),
        text_(canvas_, redaction_, selection) {}

  // The chains that have a selected story.  False where there is none.  `stories` are linked.
  bool Print(const std::vector<Story>& stories);
  bool ok() const { return ok_; }

 private:
  void Write(const std::string& text);
  void PrintLines(const std::vector<Story>& stories, const std::vector<std::vector<size_t>>& chains);

  std::FILE* const out_;
  const TraceFormat format_;
  const TextCanvas canvas_;
  Redaction redaction_;
  TextStories text_;
  bool first_ = true;
  bool ok_ = true;
};

}  // namespace mta
