#include "exporter/tail/line_cutter.h"

#include "catch.h"
#include "exporter/tail/test_sink.h"

namespace mta {
namespace {

constexpr size_t kLimit = 8;

std::vector<std::string> Cut(std::string_view bytes, size_t chunk_bytes) {
  LineCutter cutter(kLimit);
  TestSink sink;
  for (size_t at = 0; at < bytes.size(); at += chunk_bytes) cutter.Feed(bytes.substr(at, chunk_bytes), sink);
  cutter.Finish(sink);
  CHECK(cutter.waiting_bytes() == 0);
  return sink.lines;
}

TEST_CASE("any chunking gives the same lines") {
  using namespace std::string_literals;
  const std::string bytes = "one\n\ntwo\r\nexactly8\nnine char\nnul\0nul\nfar too long for it\nz\nrest"s;
  const std::vector<std::string> lines = {
      "one", "", "two\r", "exactly8", "oversized 10", "nul\0nul"s, "oversized 20", "z", "rest"};
  for (size_t chunk_bytes = 1; chunk_bytes <= bytes.size(); ++chunk_bytes) {
    INFO("chunks of " << chunk_bytes);
    CHECK(Cut(bytes, chunk_bytes) == lines);
  }
}

TEST_CASE("the last line waits for its newline or for the end") {
  LineCutter cutter(kLimit);
  TestSink sink;
  cutter.Feed("a\nbc", sink);
  CHECK(sink.lines == std::vector<std::string>{"a"});
  CHECK(cutter.waiting_bytes() == 2);
  cutter.Feed("d\n", sink);
  CHECK(sink.lines == std::vector<std::string>{"a", "bcd"});
  cutter.Finish(sink);
  CHECK(sink.lines.size() == 2);
}

TEST_CASE("a line that never ends costs no memory, and is reported at the end") {
  LineCutter cutter(kLimit);
  TestSink sink;
  for (int i = 0; i < 1000; ++i) cutter.Feed("123456789", sink);
  CHECK(sink.lines.empty());
  CHECK(cutter.waiting_bytes() == 9000);
  cutter.Finish(sink);
  CHECK(sink.lines == std::vector<std::string>{"oversized 9000"});
}

TEST_CASE("what waits is saved and restored") {
  for (const char* beginning : {"", "ab", "far too long"}) {
    LineCutter before(kLimit);
    TestSink sink;
    before.Feed(beginning, sink);
    ByteWriter out;
    before.Save(out);
    LineCutter after(kLimit);
    ByteReader in(out.bytes());
    REQUIRE(after.Restore(in));
    before.Feed("c\n", sink);
    after.Feed("c\n", sink);
    REQUIRE(sink.lines.size() == 2);
    CHECK(sink.lines[0] == sink.lines[1]);
  }
  LineCutter cutter(kLimit);
  ByteReader nothing("");
  CHECK(!cutter.Restore(nothing));
}

TEST_CASE("a line within the chunk is not copied") {
  class Borrow : public LineSink {
   public:
    void Line(std::string_view line) override { at = line.data(); }
    void OversizedLine(uint64_t) override {}
    const char* at = nullptr;
  } sink;
  LineCutter cutter;
  const std::string chunk = "first\nsecond\n";
  cutter.Feed(chunk, sink);
  CHECK(sink.at == chunk.data() + 6);
}

}  // namespace
}  // namespace mta
