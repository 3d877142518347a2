#include "exporter/app/trace/story_printer.h"

#include <unistd.h>

#include <algorithm>

#include "exporter/app/trace/json_stories.h"
#include "exporter/app/trace/story_links.h"

namespace mta {
namespace {

// Whoever a story names is known then: replies and lines name them without their domain, too.
void MakeKnown(const Story& story, Redaction& redaction) {
  redaction.Address(story.sender);
  for (const Attempt& attempt : story.attempts) {
    redaction.Address(attempt.recipient);
    redaction.Address(attempt.original_recipient);
  }
  for (const Waiting& waiting : story.waiting) redaction.Address(waiting.recipient);
  for (const Refusal& refusal : story.refusals) {
    redaction.Address(refusal.sender);
    redaction.Address(refusal.recipient);
    redaction.Client(refusal.client_address);
  }
  redaction.Name(story.login);
  redaction.ClientName(story.client_name);
  redaction.Client(story.client_address);
}

}  // namespace

bool StoryPrinter::Print(const std::vector<Story>& stories) {
  const std::vector<std::vector<size_t>> chains = Chains(stories);
  for (const std::vector<size_t>& chain : chains) {
    for (const size_t index : chain) MakeKnown(stories[index], redaction_);
  }
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
  const bool to_terminal = isatty(fileno(out_)) == 1;  // elsewhere they are what the log has, byte for byte
  for (const LogLine* line : lines) {
    const std::string text = redaction_.Text(line->text);
    Write((to_terminal ? TextCanvas::Harmless(text) : text) + '\n');
  }
}

void StoryPrinter::Write(const std::string& text) {
  ok_ = std::fwrite(text.data(), 1, text.size(), out_) == text.size() && ok_;
}

}  // namespace mta
