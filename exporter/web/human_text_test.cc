#include "exporter/web/human_text.h"

#include "catch.h"

namespace mta {
namespace {

TEST_CASE("foreign text cannot become markup") {
  CHECK(Html("<script>alert('x')</script> & \"y\"") ==
        "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;y&quot;");
  CHECK(Html("/var/log/m\xC3\xBCll.log") == "/var/log/m\xC3\xBCll.log");
  CHECK(Html("a\xFF\nb\xE2\x80\xAE") ==
        "a\xEF\xBF\xBD\xEF\xBF\xBD"
        "b\xEF\xBF\xBD");
  CHECK(Html(std::string(5000, 'a')).size() == 1024);
}

TEST_CASE("numbers") {
  CHECK(HumanCount(0) == "0");
  CHECK(HumanCount(999) == "999");
  CHECK(HumanCount(1000) == "1,000");
  CHECK(HumanCount(1234567) == "1,234,567");
  CHECK(HumanCount(UINT64_MAX) == "18,446,744,073,709,551,615");
  CHECK(HumanBytes(0) == "0 B");
  CHECK(HumanBytes(1023) == "1023 B");
  CHECK(HumanBytes(1536) == "1.5 KiB");
  CHECK(HumanBytes(12 << 20) == "12 MiB");
  CHECK(HumanBytes(UINT64_MAX) == "16 EiB");
}

TEST_CASE("shares are 0 and 100 only where they are") {
  CHECK(HumanShare(0, 0) == "-");
  CHECK(HumanShare(0, 10) == "0 %");
  CHECK(HumanShare(10, 10) == "100 %");
  CHECK(HumanShare(1, 3) == "33.3 %");
  CHECK(HumanShare(1'000'000, 1'000'001) == "99.9 %");
  CHECK(HumanShare(1, 1'000'000) == "0.1 %");
}

TEST_CASE("times") {
  CHECK(HumanAge(0.5) == "just now");
  CHECK(HumanAge(59.9) == "59 s ago");
  CHECK(HumanAge(300) == "5 min ago");
  CHECK(HumanAge(7200) == "2 h ago");
  CHECK(HumanAge(86400 * 3) == "3 d ago");
  CHECK(HumanAge(-300) == "in 5 min");
  CHECK(UtcTime(1795486542.7) == "2026-11-24 02:15:42 UTC");
}

TEST_CASE("rates") {
  CHECK(HumanRate(0) == "0");
  CHECK(HumanRate(0.0166) == "0.02");
  CHECK(HumanRate(4.51) == "4.5");
  CHECK(HumanRate(1234.4) == "1,234");
}

}  // namespace
}  // namespace mta
