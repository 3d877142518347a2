#include "exporter/front/listener.h"

#include "catch.h"
#include "exporter/base/test_client.h"

namespace mta {
namespace {

TEST_CASE("a port in use is one clear line, and nothing is left listening") {
  const ListenAddress anywhere{"127.0.0.1", 0};
  const auto first = ListenOn(std::span(&anywhere, 1));
  REQUIRE(first);
  const ListenAddress taken{"127.0.0.1", first->front().port()};
  const ListenAddress both[] = {anywhere, taken};
  const auto second = ListenOn(both);
  REQUIRE_FALSE(second);
  CHECK(second.error().message.find("cannot listen on " + taken.text() + ": another process listens there") ==
        0);
  CHECK(second.error().message.find('\n') == std::string::npos);
}

TEST_CASE("sockets that are open already are taken, and others are not in the way") {
  const ListenAddress anywhere{"127.0.0.1", 0};
  auto open = ListenOn(std::span(&anywhere, 1));
  REQUIRE(open);
  const int fd = open->front().fd();
  const uint16_t port = open->front().port();
  const ListenAddress same{"127.0.0.1", port};
  auto taken = ListenOn(std::span(&same, 1), std::move(*open));
  REQUIRE(taken);
  CHECK(taken->front().fd() == fd);
  const ListenAddress wider{"0.0.0.0", port};
  const auto other = ListenOn(std::span(&wider, 1), std::move(*taken));
  REQUIRE(other);
  CHECK(other->front().port() == port);
}

TEST_CASE("every address is IPv4 and IPv6") {
  const ListenAddress everywhere;
  const auto listeners = ListenOn(std::span(&everywhere, 1));
  REQUIRE(listeners);
  CHECK_NOTHROW(TestConnection(listeners->front().port()));  // by IPv4
}

TEST_CASE("an address of another machine is told as such") {
  const ListenAddress other{"192.0.2.1", 0};
  const auto listeners = ListenOn(std::span(&other, 1));
  REQUIRE_FALSE(listeners);
  CHECK(listeners.error().message ==
        "cannot listen on 192.0.2.1:0: no interface of this machine has that address");
}

TEST_CASE("nowhere to listen is an error, and so is systemd that passed nothing") {
  CHECK_FALSE(ListenOn({}));
  REQUIRE_FALSE(SystemdListeners());
  CHECK(SystemdListeners().error().message.find("systemd has passed no socket") != std::string::npos);
}

}  // namespace
}  // namespace mta
