#include "exporter/app/trace/story_printer.h"

#include <algorithm>

#include "exporter/app/trace/json_stories.h"
#include "exporter/app/trace/story_links.h"

namespace mta {

bool StoryPrinter::Print(const std::vector<Story>& stories) {
  const std::vector<std::vector<size_t>> chains = Chains(stories);
  if (format_ == TraceFormat::kLines) PrintLines(stories, chains);
  for (const std::vector<size_t>& chain : chains) {
    if (format_ == TraceFormat::kText) {
      if (!first_) Write("\n");
      Write(text_.Chain(stories, chain));
      first_ = false;
    }
    if (format_ == TraceFormat::kJson) {
      for (const size_t index : chain) Write(JsonStory(stories, index, redaction_));
    }
  }
  ok_ = std::fflush(out_) == 0 && ok_;
  return !chains.empty();
}

// Of all chains together, in the order of their times.
void StoryPrinter::PrintLines(const std::vector<Story>& stories,
                              const std::vector<std::vector<size_t>>& chains) {
  std::vector<const LogLine*> lines;
  for (const std::vector<size_t>& chain : chains) {
    for (const size_t index : chain) {
      for (const LogLine& line : stories[index].lines) lines.push_back(&line);
    }
  }
  std::ranges::sort(lines, [](const LogLine* a, const LogLine* b) {
    return a->time_ns != b->time_ns ? a->time_ns < b->time_ns : a->number < b->number;
  });
  for (const LogLine* line : lines) Write(redaction_.Text(line->text) + '\n');
}

void StoryPrinter::Write(const std::string& text) {
  ok_ = std::fwrite(text.data(), 1, text.size(), out_) == text.size() && ok_;
}

}  // namespace mta
