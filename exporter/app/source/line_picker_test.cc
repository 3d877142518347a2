#include "exporter/app/source/line_picker.h"

#include <random>
#include <string>
#include <vector>

#include "catch.h"
#include "exporter/tail/test_sink.h"

namespace mta {
namespace {

std::vector<std::string> Pick(const Needles& needles, std::string_view text, size_t chunk) {
  LinePicker picker(needles);
  TestSink sink;
  for (size_t at = 0; at < text.size(); at += chunk) picker.Feed(text.substr(at, chunk), sink);
  picker.Finish(sink);
  return sink.lines;
}

TEST_CASE("picked: the lines that hold a word, and the first of a chunk") {
  const Needles needles({"needle", "thread"});
  CHECK(Pick(needles, "first\nhay\na needle\nhay\nThread and needle\nhay\n", 1000) ==
        std::vector<std::string>{"first", "a needle", "Thread and needle"});
  CHECK(Pick(needles, "first\nhay\nno newline, needle", 1000) ==
        std::vector<std::string>{"first", "no newline, needle"});
  CHECK(Pick(needles, "", 1).empty());
}

TEST_CASE("picked: without words that can be searched for, all lines") {
  CHECK(Pick(Needles(), "a\nb\n\nc", 2) == std::vector<std::string>{"a", "b", "", "c"});
}

TEST_CASE("picked: a line over the limit is skipped, whole or in pieces") {
  const std::string text = "first\n" + std::string(kMaxLineBytes, 'x') + " needle\nanother needle\n";
  const std::string oversized = "oversized " + std::to_string(kMaxLineBytes + 8);
  CHECK(Pick(Needles({"needle"}), text, text.size()) ==
        std::vector<std::string>{"first", oversized, "another needle"});
  CHECK(Pick(Needles({"needle"}), text, 60'000) ==
        std::vector<std::string>{"first", oversized, "another needle"});
}

TEST_CASE("picked: in chunks of any size every line that holds a word") {
  std::mt19937 random(7);
  std::string text;
  std::vector<std::string> wanted;
  for (int i = 0; i < 2000; ++i) {
    std::string line(random() % 60, 'h');
    if (random() % 20 == 0) {
      line.insert(random() % (line.size() + 1), "needle" + std::to_string(i));
      wanted.push_back(line);
    }
    text += line + "\n";
  }
  for (const size_t chunk : std::initializer_list<size_t>{1, 2, 7, 50, 1000, 100'000}) {
    std::vector<std::string> picked = Pick(Needles({"needle"}), text, chunk);
    std::erase_if(picked, [](const std::string& line) { return line.find("needle") == line.npos; });
    CHECK(picked == wanted);
  }
}

}  // namespace
}  // namespace mta
