#include "exporter/base/needles.h"

#include <algorithm>
#include <random>

#include "catch.h"
#include "exporter/base/ascii.h"

namespace mta {
namespace {

using Places = std::vector<size_t>;

Places FindAll(const Needles& needles, std::string_view text) {
  Places found;
  needles.FindAll(text, found);
  return found;
}

// Where a line holds one of the words, looked for at every place in turn.
std::vector<bool> SlowFind(const std::vector<std::string>& words, const std::vector<std::string>& lines) {
  std::vector<bool> found;
  for (const std::string_view line : lines) {
    bool any = false;
    for (size_t at = 0; at < line.size(); ++at) {
      any = any || std::ranges::any_of(words, [&](const std::string& word) {
              return EqualsIgnoreCase(line.substr(at, word.size()), word);
            });
    }
    found.push_back(any);
  }
  return found;
}

TEST_CASE("needles: one word, at both ends, twice, and in any case") {
  const Needles needles({"bob@Example.com"});
  REQUIRE(needles.can_search());
  CHECK(FindAll(needles, "bob@example.com") == Places{0});
  CHECK(FindAll(needles, "to=<BOB@EXAMPLE.COM>, relay=none") == Places{4});
  CHECK(FindAll(needles, "to=<bob@example.com>, orig_to=<bob@example.com>") == Places{4, 31});
  CHECK(FindAll(needles, "to=<bob@example.co>").empty());
  CHECK(FindAll(needles, "").empty());
}

TEST_CASE("needles: places are added, and are inside of the words") {
  Places found = {7};
  Needles({"<20260101.A1@mx>", "<20260101.B2@mx>"}).FindAll("message-id=<20260101.b2@mx>", found);
  REQUIRE(found.size() == 2);
  CHECK(found[1] >= 11);
  CHECK(found[1] < 27);
}

TEST_CASE("needles: what differs only in bit 5 and is no letter is something else") {
  const Needles needles({"a@b-c"});
  CHECK(FindAll(needles, "a`b-c").empty());
  CHECK(FindAll(needles, "a@b\rc").empty());
}

TEST_CASE("needles: words that are too short, too many or none cannot be searched for") {
  CHECK_FALSE(Needles().can_search());
  CHECK_FALSE(Needles({"abcdef", "abc"}).can_search());
  CHECK_FALSE(Needles(std::vector<std::string>(Needles::kMost + 1, "abcdef")).can_search());
  CHECK(FindAll(Needles({"abcd"}), "xxabcd") == Places{2});
}

TEST_CASE("needles: random words in random texts are found where a slow search finds them") {
  std::mt19937 random(1);
  const auto draw = [&](size_t size, std::string_view letters) {
    std::string text(size, ' ');
    for (char& c : text) c = letters[random() % letters.size()];
    return text;
  };
  for (int round = 0; round < 1000; ++round) {
    const std::string_view letters = round % 2 == 0 ? "abAB@" : "0123456789ABCDEFabcdef";
    std::vector<std::string> words;
    for (size_t count = 1 + random() % 20; count > 0; --count)
      words.push_back(draw(4 + random() % 9, letters));
    std::vector<std::string> lines;
    std::string text;
    Places ends;
    for (size_t count = random() % 60; count > 0; --count) {
      lines.push_back(draw(random() % 80, letters));
      text += lines.back() + '\n';
      ends.push_back(text.size());
    }
    const Places found = FindAll(Needles(words), text);
    REQUIRE(std::ranges::is_sorted(found));
    std::vector<bool> lines_found(lines.size());
    for (const size_t at : found)
      lines_found[static_cast<size_t>(std::ranges::upper_bound(ends, at) - ends.begin())] = true;
    REQUIRE(lines_found == SlowFind(words, lines));
  }
}

}  // namespace
}  // namespace mta
