#include "exporter/base/needles.h"

#include <algorithm>
#include <random>

#include "catch.h"
#include "exporter/base/ascii.h"

namespace mta {
namespace {

constexpr size_t kNowhere = std::string_view::npos;

// The same, at every place in turn.
size_t SlowFind(const std::vector<std::string>& words, std::string_view text, size_t from) {
  for (size_t at = from; at < text.size(); ++at) {
    const auto stands_here = [&](const std::string& word) {
      return EqualsIgnoreCase(text.substr(at, word.size()), word);
    };
    if (std::ranges::any_of(words, stands_here)) return at;
  }
  return kNowhere;
}

TEST_CASE("needles: one word, at both ends and in any case") {
  const Needles needles({"bob@Example.com"});
  REQUIRE(needles.can_search());
  CHECK(needles.Find("bob@example.com") == 0);
  CHECK(needles.Find("to=<BOB@EXAMPLE.COM>, relay=none") == 4);
  CHECK(needles.Find("to=<bob@example.com>, orig_to=<bob@example.com>", 5) == 31);
  CHECK(needles.Find("to=<bob@example.co>") == kNowhere);
  CHECK(needles.Find("") == kNowhere);
  CHECK(needles.Find("bob@example.com", 1) == kNowhere);
}

TEST_CASE("needles: what differs only in bit 5 and is no letter is something else") {
  const Needles needles({"a@b-c"});
  CHECK(needles.Find("a`b-c") == kNowhere);
  CHECK(needles.Find("a@b\rc") == kNowhere);
}

TEST_CASE("needles: words that are too short, too many or none cannot be searched for") {
  CHECK_FALSE(Needles().can_search());
  CHECK_FALSE(Needles({"abcdef", "abc"}).can_search());
  CHECK_FALSE(Needles(std::vector<std::string>(Needles::kMost + 1, "abcdef")).can_search());
  CHECK(Needles({"abcd"}).Find("xxabcd") == 2);
}

TEST_CASE("needles: random words in random texts are found where a slow search finds them") {
  std::mt19937 random(1);
  const auto draw = [&](size_t size, std::string_view letters) {
    std::string text(size, ' ');
    for (char& c : text) c = letters[random() % letters.size()];
    return text;
  };
  for (int round = 0; round < 3000; ++round) {
    const std::string_view letters = round % 2 == 0 ? "abAB@" : "0123456789ABCDEFabcdef";
    std::vector<std::string> words;
    for (size_t count = 1 + random() % 5; count > 0; --count)
      words.push_back(draw(4 + random() % 4, letters));
    const std::string text = draw(random() % 200, letters);
    const Needles needles(words);
    size_t from = 0;
    do {
      const size_t found = needles.Find(text, from);
      REQUIRE(found == SlowFind(words, text, from));
      from = found == kNowhere ? found : found + 1;
    } while (from != kNowhere);
  }
}

}  // namespace
}  // namespace mta
