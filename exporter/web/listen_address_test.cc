#include "exporter/web/listen_address.h"

#include "catch.h"

namespace mta {
namespace {

TEST_CASE("addresses as administrators write them") {
  CHECK(ParseListenAddress(":9025")->text() == "0.0.0.0:9025");
  CHECK(ParseListenAddress("9025")->text() == "0.0.0.0:9025");
  CHECK(ParseListenAddress("127.0.0.1:9025")->text() == "127.0.0.1:9025");
  CHECK(ParseListenAddress("localhost:0")->text() == "127.0.0.1:0");
}

TEST_CASE("what is no address is an error that says what would be one") {
  for (const char* text :
       {"", ":", "localhost", "127.0.0.1:", ":65536", ":-1", ":9025x", "127.0.0.1 :9025", "1.2.3.4.5:1"}) {
    const auto address = ParseListenAddress(text);
    REQUIRE_FALSE(address);
    CHECK(address.error().message.find("HOST:PORT") != std::string::npos);
    CHECK(address.error().message.find('\n') == std::string::npos);
  }
  for (const char* text : {"[::1]:9025", "[::]:9025", "::1:9025"}) {
    const auto address = ParseListenAddress(text);
    REQUIRE_FALSE(address);
    CHECK(address.error().message.find("IPv6 is not supported") != std::string::npos);
  }
}

TEST_CASE("an address of another machine is told as such") {
  const auto outcome = CheckListenable({"192.0.2.1", 0});
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().message ==
        "cannot listen on 192.0.2.1:0: no interface of this machine has that address");
}

}  // namespace
}  // namespace mta
