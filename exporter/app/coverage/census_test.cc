#include "exporter/app/coverage/census.h"

#include <fmt/format.h>

#include "catch.h"
#include "exporter/app/coverage/silence.h"
#include "exporter/app/source/event_stream.h"
#include "exporter/base/civil.h"

namespace mta {
namespace {

using Names = std::map<std::string, uint64_t>;

class Scene {
 public:
  Census census;

  void Line(std::string_view time, std::string_view rest) {
    stream_->Line(fmt::format("2026-01-05T{}Z {}", time, rest));
  }
  void Oversized() { stream_->OversizedLine(100'000); }

 private:
  std::unique_ptr<EventStream> stream_ = std::move(*EventStream::Make({}, census));
};

bool StaysEmpty(const Census& census, std::string_view metric) {
  const auto empty = EmptyMetrics(census);
  return std::ranges::find(empty, metric, &EmptyMetric::metric) != empty.end();
}

TEST_CASE("a kind is what lines have in common") {
  CHECK(KindOf("lost 17 of <bob@x.example> at mx.example.net[192.0.2.7]:25 (\"RCPT TO\")") ==
        "lost * of <*> at *[*]* (\"*\")");
  CHECK(KindOf("open /var/spool/x: No such file, see uunet!bob.") == "open *: No such file, see *");
  CHECK(KindOf("done. Again") == "done. Again");
  CHECK(KindOf("b\xc3\xb6se <[\"") == "* <[\"");
  CHECK(KindOf("").empty());
  CHECK(KindOf(std::string(10'000, 'x')).size() <= 10'000);
}

TEST_CASE("lines are counted by what became of them, and by whose they are") {
  Scene scene;
  scene.Line("10:00:00", "mx1 postfix/smtpd[1]: connect from a.example[192.0.2.1]");
  scene.Line("10:00:01", "mx1 postfix-out/submission/smtpd[1]: connect from a.example[192.0.2.1]");
  scene.Line("10:00:02", "mx2 sshd[1]: Accepted");
  scene.Line("10:00:03", "mx1 postfix/smtpd[1]: frobnicated 1");
  scene.Line("10:00:04", "mx1 postfix/smtpd[1]: frobnicated 2");
  scene.Oversized();
  const Census& census = scene.census;
  CHECK(census.lines == std::array<uint64_t, 4>{2, 0, 1, 3});
  CHECK(census.oversized == 1);
  CHECK(census.hosts == Names{{"mx1", 4}});
  CHECK(census.mtas == Names{{"postfix", 4}});
  CHECK(census.instances == Names{{"postfix", 3}, {"postfix-out", 1}});
  CHECK(census.services == Names{{"smtpd", 3}, {"submission/smtpd", 1}});
  CHECK(census.events.at("mta_connections_total") == 2);
  REQUIRE(census.unrecognized.size() == 1);
  CHECK(census.unrecognized.begin()->first == "postfix/smtpd: frobnicated *");
  CHECK(census.unrecognized.begin()->second.lines == 2);
  CHECK(census.unrecognized.begin()->second.example == "postfix/smtpd: frobnicated 1");
}

TEST_CASE("gaps are those of each log, the longest first to be kept") {
  Scene scene;
  const std::string line = "mx1 postfix/smtpd[1]: connect from a.example[192.0.2.1]";
  scene.Line("00:00:00", line);
  scene.Line("05:00:00", line);
  scene.census.BeginLog(1);  // which goes on meanwhile
  scene.Line("00:00:00", line);
  scene.Line("00:59:59", line);
  scene.Line("00:30:00", line);  // a clock set back
  scene.Line("01:30:00", line);
  REQUIRE(scene.census.gaps.size() == 1);
  CHECK(scene.census.gaps[0].log == 0);
  CHECK(scene.census.gaps[0].to_ns - scene.census.gaps[0].from_ns == 5 * 3600 * kNanosPerSecond);
  CHECK(scene.census.last_ns - scene.census.first_ns == 5 * 3600 * kNanosPerSecond);
}

TEST_CASE("kinds and names are bounded, whatever a log holds") {
  Scene scene;
  std::string word = "aaaa";
  for (size_t i = 0; i < Census::kMostKinds + 100; ++i) {
    scene.Line("10:00:00", fmt::format("h{} postfix/smtpd[1]: frobnicated {}", i, word));
    for (char& c : word) {
      if (++c <= 'z') break;
      c = 'a';
    }
  }
  CHECK(scene.census.unrecognized.size() == Census::kMostKinds);
  CHECK(scene.census.kinds_left_out == 100);
  CHECK(scene.census.hosts.size() == Census::kMostNames);
}

TEST_CASE("a metric that the log feeds does not stay empty; one of another MTA is not spoken of") {
  Scene scene;
  CHECK(EmptyMetrics(scene.census).empty());
  scene.Line("10:00:00", "mx1 postfix/cleanup[1]: 4F1A2B3C4D5: message-id=<a@x.example>");
  CHECK(StaysEmpty(scene.census, "mta_tls_sessions_total"));
  CHECK(StaysEmpty(scene.census, "mta_queue_*"));
  CHECK_FALSE(StaysEmpty(scene.census, "mta_messages_received_total"));
  CHECK_FALSE(StaysEmpty(scene.census, "mta_messages_in_flight"));
}

}  // namespace
}  // namespace mta
