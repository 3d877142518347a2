#include "exporter/record/line_reader.h"

#include <string>

#include "catch.h"
#include "exporter/base/civil.h"

namespace mta {
namespace {

using Kind = Unwrapped::Kind;

constexpr int64_t kNoon = 1'769'947'200 * kNanosPerSecond;  // 2026-02-01 12:00:00 UTC

int64_t TimeIn(int year, std::string_view line) {
  EnvelopeReader reader;
  reader.SetYear(year);
  return reader.Read(line).time_ns;
}

TEST_CASE("a container's line has its own time, else the runtime's") {
  LineReader reader;
  const auto own =
      reader.Read("2026-02-01T12:00:05Z stdout F 2026-02-01T12:00:00Z mx postfix/qmgr[1]: 4F1A: removed");
  CHECK(own.record.time_ns == kNoon);
  CHECK(own.record.message == "4F1A: removed");
  const auto bare = reader.Read(
      R"({"log":"postfix/qmgr[1]: 4F1A: removed\n","stream":"stdout","time":"2026-02-01T12:00:00Z"})");
  CHECK(bare.record.time_ns == kNoon);
  CHECK(bare.record.message == "postfix/qmgr[1]: 4F1A: removed");
}

TEST_CASE("a stamp without year in a container's line is of the year its runtime tells") {
  LineReader reader;
  reader.envelope().SetReference(kNoon);
  const std::string line = "Feb  1 12:00:00 mx postfix/qmgr[1]: 4F1A: removed";
  for (const int year : {2026, 2027}) {
    const std::string wrapped = std::to_string(year) + "-02-01T12:00:01Z stdout F " + line;
    CHECK(reader.Read(wrapped).record.time_ns == TimeIn(year, line));
  }
}

TEST_CASE("the line of a record is the physical one, and of a line in pieces all of it") {
  LineReader reader;
  for (const std::string line :
       {"Nov 22 10:41:23 mx postfix/qmgr[1]: x", "2026-02-01T12:00:00Z stdout F postfix/qmgr[1]: x"})
    CHECK(reader.Read(line).record.line == line);
  CHECK(reader.Read("2026-02-01T12:00:00Z stdout P postfix/qm").kind == Kind::kPiece);
  const LineRead joined = reader.Read("2026-02-01T12:00:00Z stdout F gr[1]: x");
  CHECK(joined.kind == Kind::kLine);
  CHECK(joined.record.line == "postfix/qmgr[1]: x");
}

TEST_CASE("what waits, and the year, are state") {
  LineReader first, second;
  first.SetLog("pod");
  first.Read("2026-02-01T12:00:00Z stdout P Feb  1 12:00:00 mx pos");
  ByteWriter out;
  first.Save(out);
  ByteReader in(out.bytes());
  REQUIRE(second.Restore(in));
  const LineRead read = second.Read("2026-02-01T12:00:00Z stdout F tfix/qmgr[1]: x");
  CHECK(read.record.time_ns == TimeIn(2026, read.record.line));
  CHECK(read.record.tag == "postfix/qmgr");
}

}  // namespace
}  // namespace mta
