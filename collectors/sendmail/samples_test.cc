// The samples: real lines and, indented below each, the events it gives (or its verdict, where it gives
// none).  They are read by people first; see samples/README.md.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include "catch.h"
#include "collectors/sendmail/conversation.h"

namespace mta::sendmail {
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
  if (reason != std::string::npos)
    event.erase(reason, std::min(event.find(' ', reason + 1), event.size()) - reason);
  if (event.starts_with("reject ")) event.erase(event.rfind(' '));
  return event;
}

// `TAG[PID]: MESSAGE` behind stamp and host.
Events Answer(Conversation& conversation, std::string_view line) {
  std::string_view rest = line.substr(std::string_view("Nov 22 10:42:35 mxhost ").size());
  const std::string_view tag = rest.substr(0, rest.find('['));
  Events events = conversation.Say(rest.substr(rest.find(": ") + 2), tag);
  for (std::string& event : events) event = WithoutReason(event);
  static const std::string kVerdicts[] = {"parsed", "ignored", "foreign", "unrecognized"};
  if (conversation.verdict != Verdict::kParsed)
    events.push_back(kVerdicts[static_cast<int>(conversation.verdict)]);
  return events;
}

TEST_CASE("sendmail: every sample line gives the events that stand below it") {
  const std::filesystem::path folder = MTA_SOURCE_DIR "/collectors/sendmail/samples";
  size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".sample") continue;
    ++files;
    Conversation conversation;
    for (const Sample& sample : ReadSamples(entry.path())) {
      INFO(entry.path().filename().string() << ":" << sample.number << ": " << sample.line);
      CHECK(Answer(conversation, sample.line) == sample.answer);
    }
  }
  CHECK(files >= 8);
}

TEST_CASE("sendmail: a restart between any two sample lines changes nothing") {
  const std::filesystem::path folder = MTA_SOURCE_DIR "/collectors/sendmail/samples";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".sample") continue;
    Conversation conversation;
    for (const Sample& sample : ReadSamples(entry.path())) {
      REQUIRE(conversation.Restart());
      INFO(entry.path().filename().string() << ":" << sample.number);
      CHECK(Answer(conversation, sample.line) == sample.answer);
    }
  }
}

}  // namespace
}  // namespace mta::sendmail
