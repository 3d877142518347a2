#include "exporter/tail/rotated_name.h"

#include <algorithm>

#include "catch.h"

namespace mta {
namespace {

std::string BaseOf(std::string_view name) {
  const auto parsed = ParseRotatedName(name);
  return parsed ? parsed->base : "";
}

TEST_CASE("whose rotated name it is") {
  CHECK(BaseOf("mail.log.1") == "mail.log");
  CHECK(BaseOf("mail.log.12.gz") == "mail.log");
  CHECK(BaseOf("maillog.0.bz2") == "maillog");
  CHECK(BaseOf("mail.log-20261122") == "mail.log");
  CHECK(BaseOf("mail.log-20261122.zst") == "mail.log");
  CHECK(BaseOf("mail.log-2026112210.xz") == "mail.log");
  CHECK(BaseOf("mail.log-20261122-1795345871") == "mail.log");
  CHECK(BaseOf("mail.log-2026-11-22") == "mail.log");
  CHECK(BaseOf("mail.log.2026-11-22_10") == "mail.log");
  CHECK(BaseOf("mail-20261122.log") == "mail.log");
  CHECK(BaseOf("mail.1.log") == "mail.log");
  CHECK(BaseOf("0.log.20261122-101112.gz") == "0.log");
  CHECK(BaseOf("mail-old.log.3") == "mail-old.log");
}

TEST_CASE("what is no rotated name") {
  for (const char* name :
       {"mail.log", "mail.log.old", "mail.log.gz", "mx1.log", "mail-1.log", "0.log", ".1", "1", "mail.log.",
        "mail.log.12345", "mail.log-123", "mail.log.1x", "20261122", "mail.log-20261122-", ""}) {
    INFO(name);
    CHECK(BaseOf(name) == "");
  }
}

TEST_CASE("order: numbers fall, dates rise") {
  const auto order = [](std::string_view name) { return ParseRotatedName(name)->order; };
  CHECK(order("m.10") < order("m.9.gz"));
  CHECK(order("m.2") < order("m.1"));
  CHECK(order("m.1") < order("m.0"));
  CHECK(order("m-20261121.gz") < order("m-20261122"));
  CHECK(order("m-20261122-10") < order("m-20261122-11"));
  CHECK(order("m-20261122") < order("m-20261122-1795345871"));
}

}  // namespace
}  // namespace mta
