#include "exporter/front/listen_address.h"

#include "catch.h"

namespace mta {
namespace {

TEST_CASE("addresses as administrators write them") {
  CHECK(ParseListenAddress(":9025")->text() == "[::]:9025");
  CHECK(ParseListenAddress("9025")->text() == "[::]:9025");
  CHECK(ParseListenAddress("127.0.0.1:9025")->text() == "127.0.0.1:9025");
  CHECK(ParseListenAddress("localhost:0")->text() == "127.0.0.1:0");
  CHECK(ParseListenAddress("[::1]:9025")->text() == "[::1]:9025");
  CHECK(ParseListenAddress("[0:0::1]:9025")->text() == "[::1]:9025");
  CHECK(ParseListenAddress("0.0.0.0:9025")->text() == "0.0.0.0:9025");
}

TEST_CASE("what is no address is an error that says what would be one") {
  for (const char* text : {"", ":", "localhost", "127.0.0.1:", ":65536", ":-1", ":9025x", "127.0.0.1 :9025",
                           "1.2.3.4.5:1", "::1:9025", "[::1]", "[]:1", "[::1:1", "::1]:1"}) {
    INFO(text);
    const auto address = ParseListenAddress(text);
    REQUIRE_FALSE(address);
    CHECK(address.error().message.find("HOST:PORT") != std::string::npos);
    CHECK(address.error().message.find('\n') == std::string::npos);
  }
}

TEST_CASE("a socket's address there and back") {
  for (const ListenAddress& address : {ListenAddress{"127.0.0.1", 1}, ListenAddress{"::1", 65535}}) {
    sockaddr_storage socket_address;
    ToSocketAddress(address, socket_address);
    CHECK(FromSocketAddress(socket_address) == address);
  }
}

TEST_CASE("an address given twice is told as such") {
  const auto complaint = [](const char* first, const char* second) {
    const ListenAddress both[] = {{first, 9025}, {second, 9025}};
    const Outcome distinct = CheckDistinct(both);
    return distinct ? std::string("distinct") : distinct.error().message;
  };
  CHECK(complaint("127.0.0.1", "127.0.0.1") == "cannot listen on 127.0.0.1:9025: given twice");
  CHECK(complaint("0.0.0.0", "127.0.0.1") ==
        "cannot listen on 127.0.0.1:9025: given twice, as 0.0.0.0:9025 is every IPv4 address");
  CHECK(complaint("::1", "::") == "cannot listen on [::1]:9025: given twice, as [::]:9025 is every address");
  CHECK(complaint("127.0.0.1", "::") ==
        "cannot listen on 127.0.0.1:9025: given twice, as [::]:9025 is every address");
  CHECK(complaint("::1", "127.0.0.1") == "distinct");
  CHECK(complaint("0.0.0.0", "::1") == "distinct");
}

}  // namespace
}  // namespace mta
