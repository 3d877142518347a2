// The samples: raw lines and, indented below each, the events it gives (or its verdict, where it gives none).
// They are read by people first; see samples/README.md.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include "catch.h"
#include "collectors/qmail/conversation.h"

namespace mta::qmail {
namespace {

constexpr std::string_view kIndent = "    ";

struct Sample {
  std::string line;
  Events answer;
  size_t number = 0;  // of the line in its file
};

std::vector<Sample> ReadSamples(const std::filesystem::path& file) {
  std::vector<Sample> samples;
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
std::string WithoutReason(std::string event) {
  const size_t reason = event.find(" reason=");
  if (reason != std::string::npos) {
    event.erase(reason, std::min(event.find(' ', reason + 1), event.size()) - reason);
  }
  if (event.starts_with("reject ")) event.erase(event.rfind(' '));
  return event;
}

Events Answer(Conversation& conversation, std::string_view line) {
  static const std::string kVerdicts[] = {"parsed", "ignored", "foreign", "unrecognized"};
  Events events = conversation.Say(line);
  for (std::string& event : events) event = WithoutReason(event);
  if (events.empty() || conversation.verdict != Verdict::kParsed) {
    events.push_back(kVerdicts[static_cast<int>(conversation.verdict)]);
  }
  return events;
}

template <typename BeforeEachLine>
size_t CompareAll(BeforeEachLine before_each_line) {
  size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(MTA_SOURCE_DIR "/collectors/qmail/samples")) {
    if (entry.path().extension() != ".sample") continue;
    ++files;
    Conversation conversation;
    for (const Sample& sample : ReadSamples(entry.path())) {
      before_each_line(conversation);
      INFO(entry.path().filename().string() << ":" << sample.number << ": " << sample.line);
      CHECK(Answer(conversation, sample.line) == sample.answer);
    }
  }
  return files;
}

TEST_CASE("qmail: every sample line gives the events that stand below it") {
  CHECK(CompareAll([](Conversation&) {}) >= 7);
}

TEST_CASE("qmail: a restart between any two sample lines changes nothing") {
  CompareAll([](Conversation& conversation) { REQUIRE(conversation.Restart()); });
}

}  // namespace
}  // namespace mta::qmail
