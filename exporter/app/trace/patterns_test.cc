#include "exporter/app/trace/patterns.h"

#include "catch.h"

namespace mta {
namespace {

HostPattern Host(const std::string& text) {
  Result<HostPattern> host = HostPattern::Parse(text);
  REQUIRE(host);
  return *host;
}

TEST_CASE("a shell pattern matches the whole text, letter case aside") {
  CHECK(MatchesGlob("bob@example.com", "BOB@example.COM"));
  CHECK(MatchesGlob("*", ""));
  CHECK(MatchesGlob("b?b@*.com", "bob@mail.example.com"));
  CHECK(MatchesGlob("*a*b*c", "xxaxxbxxabxc"));
  CHECK_FALSE(MatchesGlob("bob", "bobby"));
  CHECK_FALSE(MatchesGlob("b?b", "bb"));
  CHECK_FALSE(MatchesGlob("*a*b*c", "xxaxxbxxabxd"));
  CHECK_FALSE(MatchesGlob("", "a"));
}

TEST_CASE("a pattern full of stars ends in time") {
  std::string pattern;
  for (int i = 0; i < 50; ++i) pattern += "*a";
  CHECK_FALSE(MatchesGlob(pattern + "b", std::string(5000, 'a')));
}

TEST_CASE("an address is given whole, as a domain, as a pattern, or empty") {
  CHECK(AddressPattern("<bob@example.com>").Matches("bob@example.com"));
  CHECK(AddressPattern("bob@example.com").Matches("<Bob@Example.com>"));
  CHECK(AddressPattern("@example.com").Matches("anybody@example.com"));
  CHECK_FALSE(AddressPattern("@example.com").Matches("bob@sub.example.com"));
  CHECK_FALSE(AddressPattern("@example.com").Matches("bob@notexample.com"));
  CHECK(AddressPattern("<>").Matches(""));
  CHECK_FALSE(AddressPattern("<>").Matches("bob@example.com"));
}

TEST_CASE("what is looked for in the lines is the longest part that no logger changes") {
  CHECK(AddressPattern("bob@example.com").Needle() == "bob@example.com");
  CHECK(AddressPattern("b*@*.example.com").Needle() == ".example.com");
  CHECK(AddressPattern("o'neill_x@h").Needle() == "neill");
  CHECK(AddressPattern("*").Needle().empty());
}

TEST_CASE("a host is a name, an address or a network") {
  CHECK(Host("mx.example.com").MatchesName("MX.example.com."));
  CHECK(Host("*.example.com").MatchesName("mx.example.com"));
  CHECK_FALSE(Host("*.example.com").MatchesName("example.com"));
  CHECK(Host("192.0.2.1").MatchesAddress("192.0.2.1"));
  CHECK_FALSE(Host("192.0.2.1").MatchesAddress("192.0.2.10"));
  CHECK(Host("192.0.2.0/25").MatchesAddress("192.0.2.127"));
  CHECK_FALSE(Host("192.0.2.0/25").MatchesAddress("192.0.2.128"));
  CHECK(Host("0.0.0.0/0").MatchesAddress("203.0.113.9"));
  CHECK_FALSE(Host("0.0.0.0/0").MatchesAddress("2001:db8::1"));
  CHECK(Host("2001:db8::/33").MatchesAddress("2001:db8:7fff::1"));
  CHECK_FALSE(Host("2001:db8::/33").MatchesAddress("2001:db8:8000::1"));
  CHECK(Host("2001:db8::1").MatchesAddress("2001:DB8:0:0::1"));
  CHECK_FALSE(Host("192.0.2.1").MatchesName("192.0.2.1"));
}

TEST_CASE("a relay is matched as each MTA writes it") {
  for (const char* relay :
       {"mx.example.com[192.0.2.1]:25", "mx.example.com. [192.0.2.1]", "mx.example.com [192.0.2.1]:25"}) {
    CHECK(Host("mx.example.com").MatchesRelay(relay));
    CHECK(Host("192.0.2.0/24").MatchesRelay(relay));
    CHECK_FALSE(Host("198.51.100.0/24").MatchesRelay(relay));
  }
  CHECK(Host("192.0.2.1").MatchesRelay("192.0.2.1"));
  CHECK(Host("192.0.2.1:25").MatchesRelay("mx.example.com[192.0.2.1]:25"));
  CHECK(Host("2001:db8::/32").MatchesRelay("mx.example.com. [IPv6:2001:db8::1]"));
  CHECK(Host("none").MatchesRelay("none"));
  CHECK_FALSE(Host("mx.example.com").MatchesRelay("evil.example[mx.example.com"));
}

TEST_CASE("what is no network says how one is written") {
  for (const char* text : {"192.0.2.0/33", "192.0.2.0/x", "host/24", "2001:db8::/129"}) {
    const Result<HostPattern> host = HostPattern::Parse(text);
    REQUIRE_FALSE(host);
    CHECK(host.error().message.find(std::string(text) + " is no network") != std::string::npos);
  }
}

}  // namespace
}  // namespace mta
