// For the tests of a collector's samples/*.sample: raw lines and, indented below each, the events it gives
// (or its verdict, where it gives none).  They are read by people first; see samples/README.md.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "catch.h"
#include "collectors/collector.h"

namespace mta {

struct SampleLine {
  std::string line;
  std::vector<std::string> answer;
  size_t number = 0;  // of the line in its file
};

inline std::vector<SampleLine> ReadSamples(const std::filesystem::path& file) {
  constexpr std::string_view kIndent = "    ";
  std::vector<SampleLine> samples;
  std::ifstream in(file);
  std::string line;
  for (size_t number = 1; std::getline(in, line); ++number) {
    if (line.empty() || line.starts_with('#')) continue;
    if (line.starts_with(kIndent)) {
      REQUIRE_FALSE(samples.empty());
      samples.back().answer.push_back(line.substr(kIndent.size()));
    } else {
      samples.push_back({line, {}, number});
    }
  }
  return samples;
}

// Reasons have tests of their own (own_reasons, reasons.tsv).
inline std::string WithoutReason(std::string event) {
  const size_t reason = event.find(" reason=");
  if (reason != std::string::npos)
    event.erase(reason, std::min(event.find(' ', reason + 1), event.size()) - reason);
  if (event.starts_with("reject ")) event.erase(event.rfind(' '));
  return event;
}

// What a sample file shows for a line that gave these events, as event_log.h writes them.
inline std::vector<std::string> SampleAnswer(std::vector<std::string> events, Verdict verdict) {
  static const std::string kVerdicts[] = {"parsed", "ignored", "foreign", "unrecognized"};
  for (std::string& event : events) event = WithoutReason(event);
  if (events.empty() || verdict != Verdict::kParsed) events.push_back(kVerdicts[static_cast<int>(verdict)]);
  return events;
}

// Every sample file of the MTA's folder, told line by line to a `Conversation` of its own.
// `say(conversation, line)` gives the events.  Returns the number of files.
template <typename Conversation, typename Say>
size_t CompareSamples(const std::string& mta, Say say) {
  size_t files = 0;
  const std::filesystem::path folder = MTA_SOURCE_DIR "/collectors/" + mta + "/samples";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".sample") continue;
    ++files;
    Conversation conversation;
    for (const SampleLine& sample : ReadSamples(entry.path())) {
      INFO(entry.path().filename().string() << ":" << sample.number << ": " << sample.line);
      std::vector<std::string> events = say(conversation, sample.line);
      CHECK(SampleAnswer(std::move(events), conversation.verdict) == sample.answer);
    }
  }
  return files;
}

}  // namespace mta
