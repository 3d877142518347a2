#include "exporter/app/config/values.h"

#include "catch.h"

namespace mta {
namespace {

constexpr int64_t kSecondNs = 1'000'000'000;

template <typename T>
bool Refuses(Result<T> (*parse)(std::string_view), std::initializer_list<const char*> texts) {
  for (const char* text : texts) {
    INFO(text);
    const Result<T> parsed = parse(text);
    CHECK_FALSE(parsed);
    if (parsed || parsed.error().message.empty()) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("durations") {
  CHECK(ParseDurationNs("7d") == 7 * 86'400 * kSecondNs);
  CHECK(ParseDurationNs("1s") == kSecondNs);
  CHECK(ParseDurationNs("500ms") == kSecondNs / 2);
  CHECK(ParseDurationNs("1h30m") == 5400 * kSecondNs);
  CHECK(ParseDurationNs("0s") == 0);
  CHECK(ParseDurationNs("2w") == 14 * 86'400 * kSecondNs);
  CHECK(Refuses(ParseDurationNs, {"", "7", "d", "7 d", "-1s", "1.5s", "30m1h", "1h1h", "1y", "1S", "1s ",
                                  "9223372037s", "99999999999999999999s", "15250w1w"}));
}

TEST_CASE("sizes") {
  CHECK(ParseSizeBytes("4096") == 4096u);
  CHECK(ParseSizeBytes("64KiB") == 65536u);
  CHECK(ParseSizeBytes("1GiB") == 1u << 30);
  CHECK(Refuses(ParseSizeBytes, {"", "KiB", "1K", "1 MiB", "-1", "1.5MiB", "18446744073709551615GiB"}));
}

TEST_CASE("counts, numbers and booleans") {
  CHECK(ParseCount("0") == 0u);
  CHECK(Refuses(ParseCount, {"", "-1", "1.0", "1e3", "0x10", "18446744073709551616"}));
  CHECK(ParseNumber("0.25") == 0.25);
  CHECK(ParseNumber("1e3") == 1000);
  CHECK(Refuses(ParseNumber, {"", "1,5", ".inf", "inf", "nan", "+Inf", "1s", "1e999"}));
  CHECK(ParseBool("true") == true);
  CHECK(Refuses(ParseBool, {"yes", "on", "True", "1", ""}));
}

TEST_CASE("texts, labels and paths") {
  CHECK(ParseText("postfix-out") == "postfix-out");
  CHECK(Refuses(ParseText, {"", "a\nb", "a\x7f", "\xff"}));
  CHECK(ParseLabel(std::string(128, 'x')));
  CHECK_FALSE(ParseLabel(std::string(129, 'x')));
  CHECK(ParseAbsolutePath("/var/log/mail.log"));
  CHECK(Refuses(ParseAbsolutePath, {"", "mail.log", "./mail.log", "/a\tb"}));
}

TEST_CASE("addresses and path of the endpoint") {
  for (const char* address : {":9025", "9025", "127.0.0.1:9025", "[::1]:9025", "localhost:9025", "0.0.0.0:0"})
    CHECK(ParseWebAddress(address));
  CHECK(Refuses(ParseWebAddress, {"", ":", "127.0.0.1", "127.0.0.1:", ":65536", "::1:9025", "[::1", "[::1]",
                                  "mail.example.com:9025", "http://127.0.0.1:9025"}));
  CHECK(ParseTelemetryPath("/metrics") == "/metrics");
  CHECK(Refuses(ParseTelemetryPath,
                {"", "/", "metrics", "/a?b", "/a b", "/a%62", "/-/ready", "/api/v1/status"}));
}

TEST_CASE("domains and relays") {
  CHECK(ParseDomainPattern("Gmail.com.") == "gmail.com");
  CHECK(ParseDomainPattern("*.google.com") == "*.google.com");
  CHECK(Refuses(ParseDomainPattern, {"", "*", "*.", ".com", "a..b", "gmail com", "*gmail.com", "a@b.c"}));
  for (const char* relay : {"127.0.0.1:10024", "127.0.0.1", "[::1]:10024", "::1", "private/filter"})
    CHECK(ParseRelay(relay));
  CHECK(Refuses(ParseRelay,
                {"", "filter", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "[::1", "filter:10024"}));
}

}  // namespace mta
