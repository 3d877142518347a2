#include "exporter/app/console/moment.h"

#include <stdlib.h>
#include <time.h>

#include "catch.h"
#include "exporter/base/civil.h"

namespace mta {
namespace {

constexpr int64_t kSecond = kNanosPerSecond;
constexpr int64_t kNow = 1'795'344'083 * kSecond;  // 2026-11-22 10:41:23 UTC, 11:41:23 in Berlin

class InBerlin {
 public:
  InBerlin() { Set("Europe/Berlin"); }
  ~InBerlin() { Set("UTC"); }

 private:
  static void Set(const char* zone) {
    setenv("TZ", zone, 1);
    tzset();
  }
};

int64_t Seconds(std::string_view text) {
  const Result<int64_t> parsed = ParseMoment(text, kNow);
  REQUIRE(parsed);
  return *parsed / kSecond;
}

TEST_CASE("moments: how people name a time") {
  const InBerlin berlin;
  CHECK(Seconds("now") == 1'795'344'083);
  CHECK(Seconds("2h ago") == 1'795'344'083 - 7200);
  CHECK(Seconds("90 s") == 1'795'344'083 - 90);
  CHECK(Seconds("3 days ago") == 1'795'344'083 - 3 * 86400);
  CHECK(Seconds("2026-11-22") == 1'795'302'000);
  CHECK(Seconds("today") == 1'795'302'000);
  CHECK(Seconds("yesterday") == 1'795'302'000 - 86400);
  CHECK(Seconds("10:41") == 1'795'302'000 + 10 * 3600 + 41 * 60);
  CHECK(Seconds("2026-11-22 11:41:23") == 1'795'344'083);
  CHECK(Seconds("2026-11-22T11:41") == 1'795'344'060);
  CHECK(Seconds("2026-11-22T10:41:23Z") == 1'795'344'083);
  CHECK(Seconds("2026-11-22T10:41:23.25Z") == 1'795'344'083);
  CHECK(Seconds("2026-11-22T05:41:23-05:00") == 1'795'344'083);
  CHECK(Seconds("@1795344083") == 1'795'344'083);
  CHECK(*ParseMoment("@1795344083.25", kNow) == kNow + kSecond / 4);
  CHECK(Seconds("2026-07-05 12:00") == 1'783'245'600);  // summer time
}

TEST_CASE("moments: what is none is refused, with the way to write one") {
  for (const char* text : {"", "soon", "2h later", "2026-13-01", "2026-02-30", "25:00", "10:61",
                           "2026-11-22x", "2026-11-22T10:41:23+99:00", "h ago", "12345678901234567890 s",
                           "2026-11-22 ", "@", "@-1", "@1x", "@99999999999"}) {
    INFO(text);
    CHECK_FALSE(ParseMoment(text, kNow));
  }
  CHECK(ParseMoment("soon", kNow).error().message.find("2h ago") != std::string::npos);
}

TEST_CASE("moments, durations and sizes as people read them") {
  const InBerlin berlin;
  CHECK(DateText(kNow) == "Sun 22 Nov 2026");
  CHECK(TimeText(kNow) == "11:41:23");
  CHECK(Rfc3339(kNow + 123'456'789) == "2026-11-22T10:41:23.123Z");
  CHECK(SameDay(kNow, kNow + 3600 * kSecond));
  CHECK_FALSE(SameDay(kNow, kNow + 13 * 3600 * kSecond));
  CHECK(DurationText(0.07) == "0.07 s");
  CHECK(DurationText(59) == "59 s");
  CHECK(DurationText(200) == "3 min 20 s");
  CHECK(DurationText(7500) == "2 h 5 min");
  CHECK(DurationText(3 * 86400 + 4 * 3600) == "3 d 4 h");
  CHECK(DurationText(-1) == "0 s");
  CHECK(SizeText(961) == "961 bytes");
  CHECK(SizeText(1234) == "1.2 kB");
}

}  // namespace
}  // namespace mta
