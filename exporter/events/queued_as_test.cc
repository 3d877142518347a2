#include "exporter/events/queued_as.h"

#include <string>

#include "catch.h"

namespace mta {
namespace {

TEST_CASE("the next queue's id, in the words of those who give one") {
  CHECK(QueuedAs("250 2.0.0 Ok: queued as 4jXQn26mX6z1d6DP") == "4jXQn26mX6z1d6DP");
  CHECK(QueuedAs("250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 4F1A2B3C4D") ==
        "4F1A2B3C4D");
  CHECK(QueuedAs("6AMAoakF027072 Message accepted for delivery") == "6AMAoakF027072");
  CHECK(QueuedAs("250 2.0.0 p2F1sViP003966 Message accepted for delivery") == "p2F1sViP003966");
  CHECK(QueuedAs("forwarded as 4F1A2B3C4D") == "4F1A2B3C4D");
}

TEST_CASE("no id where none is given") {
  CHECK(QueuedAs("250 2.0.0 OK").empty());
  CHECK(QueuedAs("250 queued as").empty());
  CHECK(QueuedAs("250 queued as <x>").empty());
  CHECK(QueuedAs("250 queued as 1").empty());
  CHECK(QueuedAs(" Message accepted for delivery").empty());
  CHECK(QueuedAs("250 queued as " + std::string(100, 'A')).empty());
}

}  // namespace
}  // namespace mta
