#include "exporter/base/swar.h"

#include <string>

#include "catch.h"

using namespace mta;

TEST_CASE("every byte is told from a digit, at every place") {
  for (int place = 0; place < 8; ++place) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text = "17293845";
      text[static_cast<size_t>(place)] = static_cast<char>(byte);
      const bool digit = byte >= '0' && byte <= '9';
      CHECK(LeadingDigits(LoadEight(text.data())) == (digit ? 8 : place));
      CHECK(TrailingDigits(LoadEight(text.data())) == (digit ? 8 : 7 - place));
    }
  }
}

TEST_CASE("every byte is told from a hexadecimal digit, at every place") {
  for (int place = 0; place < 8; ++place) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text = "0a9f5c1e";
      text[static_cast<size_t>(place)] = static_cast<char>(byte);
      const bool digit = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f');
      CHECK(NonHexDigits(LoadEight(text.data())) == (digit ? 0 : 0x80ULL << (8 * place)));
    }
  }
}

TEST_CASE("one character becomes another at every place, and no other byte changes") {
  for (int place = 0; place < 8; ++place) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text = "a_b_^`_\xDF";
      text[static_cast<size_t>(place)] = static_cast<char>(byte);
      const uint64_t replaced = ReplaceEach(LoadEight(text.data()), '_', ' ');
      for (char& c : text) c = c == '_' ? ' ' : c;
      CHECK(replaced == LoadEight(text.data()));
    }
  }
}

TEST_CASE("eight hexadecimal digits as a number") {
  for (const char* text : {"00000000", "ffffffff", "0123abcd", "89abcdef", "4000000f", "3b023380"}) {
    CHECK(HexNumber(LoadEight(text)) == std::stoul(text, nullptr, 16));
  }
}

TEST_CASE("words of every length are the same only if they are") {
  for (size_t size = 0; size <= 40; ++size) {
    const std::string word(size, 'w');
    std::string other(size, 'w');
    CHECK(SameWord(word, other));
    CHECK_FALSE(SameWord(word, other + 'w'));
    for (char& c : other) {
      c = 'v';
      CHECK_FALSE(SameWord(word, other));
      c = 'w';
    }
  }
}

TEST_CASE("the first digits as a number, whatever follows") {
  const std::string digits = "90817263";
  for (int count = 1; count <= 8; ++count) {
    for (const char after : {'\0', ' ', '+', ':', '/', '\xFF', '9'}) {
      const auto size = static_cast<size_t>(count);
      const std::string text = digits.substr(0, size) + std::string(8 - size, after);
      CHECK(DecimalPrefix(LoadEight(text.data()), count) == std::stoul(digits.substr(0, size)));
    }
  }
}
