#include "exporter/metrics/label_value.h"

#include "catch.h"

namespace mta {
namespace {

#define FFFD "\xEF\xBF\xBD"

TEST_CASE("ordinary values stay as they are") {
  for (const char* value : {"", "smtp", "example.com", "a \"quoted\\\" value", "m\xC3\xBCller.de",
                            "\xE2\x82\xAC", "\xF0\x9F\x93\xA8", "\xF4\x8F\xBF\xBF", "\xED\x9F\xBF"}) {
    CHECK(SanitiseLabelValue(value) == value);
  }
}

TEST_CASE("ill-formed UTF-8 becomes one replacement for each maximal part") {
  CHECK(SanitiseLabelValue("a\xFF"
                           "b") == "a" FFFD "b");
  CHECK(SanitiseLabelValue("\x80") == FFFD);
  CHECK(SanitiseLabelValue("\xC3") == FFFD);                             // cut short at the end
  CHECK(SanitiseLabelValue("\xE2\x82") == FFFD);                         // two of three bytes
  CHECK(SanitiseLabelValue("\xE2\x82x") == FFFD "x");                    // the next character is kept
  CHECK(SanitiseLabelValue("\xC0\xAF") == FFFD FFFD);                    // overlong /
  CHECK(SanitiseLabelValue("\xE0\x80\xAF") == FFFD FFFD FFFD);           // overlong, three bytes
  CHECK(SanitiseLabelValue("\xED\xA0\x80") == FFFD FFFD FFFD);           // surrogate
  CHECK(SanitiseLabelValue("\xF4\x90\x80\x80") == FFFD FFFD FFFD FFFD);  // beyond U+10FFFF
  CHECK(SanitiseLabelValue("\xF1\x80\x80\xE1\x80\xC2") == FFFD FFFD FFFD);
}

TEST_CASE("what cannot be shown becomes a replacement") {
  CHECK(SanitiseLabelValue("a\nb\tc\x7F") == "a" FFFD "b" FFFD "c" FFFD);
  CHECK(SanitiseLabelValue(std::string_view("a\0b", 3)) == "a" FFFD "b");
  CHECK(SanitiseLabelValue("\xC2\x85") == FFFD);                    // NEL, of the C1 set
  CHECK(SanitiseLabelValue("x\xE2\x80\xAEmoc") == "x" FFFD "moc");  // right-to-left override
  CHECK(SanitiseLabelValue("\xE2\x80\xA8") == FFFD);                // line separator
  CHECK(SanitiseLabelValue("\x1B[31mred") == FFFD "[31mred");
}

TEST_CASE("length is bounded and no character is cut") {
  CHECK(SanitiseLabelValue(std::string(128, 'a')) == std::string(128, 'a'));
  CHECK(SanitiseLabelValue(std::string(1'000'000, 'a')) == std::string(128, 'a'));
  CHECK(SanitiseLabelValue(std::string(127, 'a') + "\xC3\xBC") == std::string(127, 'a'));
  CHECK(SanitiseLabelValue(std::string(126, 'a') + "\xC3\xBC"
                                                   "b") == std::string(126, 'a') + "\xC3\xBC");
  CHECK(SanitiseLabelValue(std::string(200, '\xFF')).size() == 126);  // 42 replacements of three bytes
}

TEST_CASE("sanitising twice changes nothing more") {
  std::string all;
  for (int c = 255; c >= 0; --c) all += static_cast<char>(c);
  for (size_t at = 0; at < all.size(); at += 16) {
    const std::string once = SanitiseLabelValue(std::string_view(all).substr(at, 16));
    CHECK(SanitiseLabelValue(once) == once);
  }
}

TEST_CASE("plain values need no copy, all others do") {
  CHECK(IsPlainLabelValue(""));
  CHECK(IsPlainLabelValue("mx1.example.com ~!\"\\"));
  CHECK(IsPlainLabelValue(std::string(128, 'a')));
  CHECK_FALSE(IsPlainLabelValue(std::string(129, 'a')));
  CHECK_FALSE(IsPlainLabelValue("\n"));
  CHECK_FALSE(IsPlainLabelValue("\x7F"));
  CHECK_FALSE(IsPlainLabelValue("\xC3\xBC"));
}

}  // namespace
}  // namespace mta
