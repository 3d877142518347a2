// Any bytes as a log, any words as a selection: trace neither crashes nor tells what it was not asked for.
//
//  - Every selected story matches the selection, has the right to its attempts (their ids are its own), and
//  its times rise.
//  - Links lead to stories that are there, and no chain is a circle.
//  - Text, JSON and redacted text of every story can be made; no control character is in the text.
//
// The input: two bytes choose the selection's kind and form; a first line that is its word; then the log.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "exporter/app/source/line_picker.h"
#include "exporter/app/trace/candidates.h"
#include "exporter/app/trace/json_stories.h"
#include "exporter/app/trace/story_builder.h"
#include "exporter/app/trace/story_links.h"
#include "exporter/app/trace/text_stories.h"
#include "exporter/base/needles.h"

namespace mta {
namespace {

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

Selection SelectionFrom(uint8_t kind, const std::string& word) {
  Selection selection;
  switch (kind % 6) {
    case 0:
      selection.recipients.emplace_back(word);
      break;
    case 1:
      selection.senders.emplace_back(word);
      break;
    case 2:
      selection.queue_ids.push_back(word);
      break;
    case 3:
      selection.message_ids.push_back(word);
      break;
    case 4:
      if (auto host = HostPattern::Parse(word)) selection.relays.push_back(*host);
      selection.statuses.push_back(WantedStatus::kDeferred);
      break;
    default:
      if (auto host = HostPattern::Parse(word)) selection.clients.push_back(*host);
      selection.reasons.push_back(Reason::kGreylisted);
  }
  return selection;
}

void Feed(std::string_view log, const Needles& needles, LineObserver& observer) {
  auto stream = EventStream::Make({}, observer);
  Require(stream.has_value(), "a stream");
  (*stream)->reader().SetYear(2026);
  LinePicker picker(needles);
  picker.Feed(log, **stream);
  picker.Finish(**stream);
  (*stream)->Finish();
}

void CheckStories(std::vector<Story>& stories, const Selection& selection) {
  for (Story& story : stories) story.selected = selection.Matches(story);
  LinkStories(stories);
  const TextCanvas canvas(60, false);
  Redaction open(false);
  Redaction masked(true);
  TextStories text(canvas, open, selection);
  TextStories masked_text(canvas, masked, selection);
  size_t told = 0;
  for (const std::vector<size_t>& chain : Chains(stories)) {
    told += chain.size();
    Require(told <= stories.size(), "no story is told twice");
    for (const char c : text.Chain(stories, chain) + masked_text.Chain(stories, chain))
      Require(c == '\n' || static_cast<unsigned char>(c) >= 0x20, "no control character");
    for (const size_t index : chain) {
      Require(stories[index].first_ns <= stories[index].last_ns, "time rises");
      Require(JsonStory(stories, index, masked).ends_with("}\n"), "an object a line");
    }
  }
}

void Run(const uint8_t* data, size_t size) {
  if (size < 3) return;
  const std::string_view input(reinterpret_cast<const char*>(data) + 2, size - 2);
  const size_t end = std::min(input.find('\n'), input.size());
  const Selection selection = SelectionFrom(data[0], std::string(input.substr(0, end)));
  const std::string_view log = input.substr(std::min(end + 1, input.size()));
  const SearchKey key = KeyOf(selection);
  Candidates candidates(selection, key.kind);
  Feed(log, Needles(key.needles), candidates);
  TextSet ids = candidates.queue_ids();
  ids.insert(selection.queue_ids.begin(), selection.queue_ids.end());
  TextSet message_ids;
  StoryBuilder builder({.queue_ids = data[1] % 2 == 0 ? &ids : nullptr,
                        .message_ids = &message_ids,
                        .keep_lines = true,
                        .keep_refusals = true});
  Feed(log, Needles(), builder);
  CheckStories(builder.stories(), selection);
}

}  // namespace
}  // namespace mta

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  mta::Run(data, size);
  return 0;
}
