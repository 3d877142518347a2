#include "exporter/events/destinations.h"

#include <string>

#include "catch.h"
#include "exporter/events/families.h"

namespace mta {
namespace {

struct Fixture {
  MetricStore store;
  Families families = AddFamilies(store, {1});
  Destinations destinations{
      store, families.destination_attempts, families.destination_delay, "postfix", "test", {}};

  uint32_t CellOf(std::string_view recipient) { return destinations.Of(recipient, true).attempts[0].cell; }
};

TEST_CASE("a domain is one destination, however it is written") {
  Fixture test;
  const uint32_t other = test.CellOf("a@example.com");
  CHECK(test.CellOf("b@Example.COM") == other);
  const uint32_t own = test.CellOf("c@example.com.");  // the third delivered recipient
  CHECK(own != other);
  for (const char* recipient : {"d@example.com", "\"e@x\"@EXAMPLE.com", "f@Example.COM", "g@example.com."}) {
    CHECK(test.CellOf(recipient) == own);
    CHECK(test.CellOf(recipient) == own);  // and when it is known as it is written
  }
  CHECK(test.CellOf("h@example.net") == other);
}

TEST_CASE("a recipient without a domain is local, one with none that can be is among the others") {
  Fixture test;
  const uint32_t local = test.CellOf("root");
  CHECK(test.CellOf("") == local);
  CHECK(test.CellOf("root@") == local);
  const uint32_t other = test.CellOf("a@[192.0.2.1]");
  CHECK(other != local);
  for (int i = 0; i < 4; ++i) {
    CHECK(test.CellOf("a@b c") == other);
    CHECK(test.CellOf("a@" + std::string(300, 'x')) == other);
  }
}

}  // namespace
}  // namespace mta
