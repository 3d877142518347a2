#include "exporter/record/container_line.h"

#include "catch.h"

namespace mta {
namespace {

using Kind = Unwrapped::Kind;

// What comes out for a line, `…` for a piece that is kept.
std::string Out(ContainerUnwrapper& unwrapper, std::string_view line) {
  const Unwrapped out = unwrapper.Unwrap(line);
  return out.kind == Kind::kPiece       ? "…"
         : out.kind == Kind::kOversized ? "(oversized)"
                                        : std::string(out.line);
}

constexpr std::string_view kCri =
    "2026-11-22T10:41:23.123456789Z stdout F Nov 22 10:41:23 mx postfix/qmgr[1]: A: removed";
constexpr std::string_view kDocker =
    R"({"log":"Nov 22 10:41:23 mx postfix/qmgr[1]: \u003ca@b\u003e\n","stream":"stdout","time":"2026-11-22T10:41:23.5Z"})";

}  // namespace

TEST_CASE("a CRI line is freed from its stamp, stream and tag") {
  ContainerUnwrapper unwrapper;
  const Unwrapped out = unwrapper.Unwrap(kCri);
  CHECK(out.line == "Nov 22 10:41:23 mx postfix/qmgr[1]: A: removed");
  CHECK(out.time_ns == 1'795'344'083'123'456'789);
  CHECK(Out(unwrapper, "2026-11-22T10:41:23Z stderr F ") == "");
  CHECK(Out(unwrapper, "2026-11-22T10:41:23Z stderr F") == "");
  CHECK(Out(unwrapper, "2026-11-22T10:41:23+01:00 stdout F:x:y a b") == "a b");
}

TEST_CASE("a Docker line is freed from its JSON") {
  ContainerUnwrapper unwrapper;
  const Unwrapped out = unwrapper.Unwrap(kDocker);
  CHECK(out.line == "Nov 22 10:41:23 mx postfix/qmgr[1]: <a@b>");
  CHECK(out.time_ns == 1'795'344'083'500'000'000);
  CHECK(Out(unwrapper, R"({"attrs":{"log":"no","x":[1,{"log":"no"}]},"log":"a\n"})") == "a");
}

TEST_CASE("lines in no wrapping are handed on as they are") {
  ContainerUnwrapper unwrapper;
  for (const char* line :
       {"", "Nov 22 10:41:23 mx postfix/qmgr[1]: x", "2026-11-22T10:41:23Z mx postfix/qmgr[1]: x",
        "2026-11-22T10:41:23Z stdout X a", "2026-11-22T10:41:23Z", "{", "{\"a\":1}", "{\"log\":1}",
        R"({"log":"a\n")", R"([{"log":"a\n"}])", "{\"log\":\"\xff\n\"}", "1 stdout"}) {
    CHECK(Out(unwrapper, line) == line);
    CHECK_FALSE(ContainerUnwrapper::IsWrapped(line));
  }
}

TEST_CASE("a wrapped line is known as one, a piece too") {
  for (const std::string_view line : {kCri, kDocker, std::string_view("2026-11-22T10:41:23Z stdout P x")})
    CHECK(ContainerUnwrapper::IsWrapped(line));
}

TEST_CASE("a format that is set takes no other") {
  ContainerUnwrapper cri(ContainerFormat::kCri), docker(ContainerFormat::kDocker);
  CHECK(Out(cri, kDocker) == kDocker);
  CHECK(Out(docker, kCri) == kCri);
  CHECK(Out(cri, kCri) != kCri);
  CHECK(Out(docker, kDocker) != kDocker);
}

TEST_CASE("the pieces of a line are joined, those of each stream by themselves") {
  ContainerUnwrapper unwrapper;
  CHECK(Out(unwrapper, "2026-11-22T10:41:23Z stdout P one ") == "…");
  CHECK(Out(unwrapper, "2026-11-22T10:41:23Z stderr P uno ") == "…");
  CHECK(Out(unwrapper, "2026-11-22T10:41:23Z stdout P two ") == "…");
  CHECK(Out(unwrapper, "2026-11-22T10:41:23Z stdout F three") == "one two three");
  CHECK(Out(unwrapper, "2026-11-22T10:41:23Z stderr F due") == "uno due");
  CHECK(Out(unwrapper, "2026-11-22T10:41:23Z stdout F next") == "next");
  CHECK(Out(unwrapper, R"({"log":"one ","stream":"stdout"})") == "…");
  CHECK(Out(unwrapper, R"({"log":"two\n","stream":"stdout"})") == "one two");
}

TEST_CASE("the pieces of two containers do not mix") {
  ContainerUnwrapper unwrapper;
  unwrapper.SetLog("/a");
  CHECK(Out(unwrapper, "2026-11-22T10:41:23Z stdout P of a ") == "…");
  unwrapper.SetLog("/b");
  CHECK(Out(unwrapper, "2026-11-22T10:41:23Z stdout F of b") == "of b");
  unwrapper.SetLog("/a");
  CHECK(Out(unwrapper, "2026-11-22T10:41:23Z stdout F too") == "of a too");
}

TEST_CASE("a line that never ends is counted once and takes no memory") {
  ContainerUnwrapper unwrapper;
  const std::string piece = "2026-11-22T10:41:23Z stdout P " + std::string(16384, 'x');
  for (int i = 0; i < 100; ++i) CHECK(Out(unwrapper, piece) == "…");
  CHECK(Out(unwrapper, "2026-11-22T10:41:23Z stdout F end") == "(oversized)");
  CHECK(Out(unwrapper, "2026-11-22T10:41:23Z stdout F next") == "next");
  for (int i = 0; i < 1000; ++i) {
    unwrapper.SetLog("/" + std::to_string(i));
    CHECK(Out(unwrapper, "2026-11-22T10:41:23Z stdout P x") == "…");
  }
  ByteWriter state;
  unwrapper.Save(state);
  CHECK(state.bytes().size() < ContainerUnwrapper::kMaxUnfinished * 40);
}

TEST_CASE("waiting pieces survive a restart at any line") {
  ContainerUnwrapper before;
  before.SetLog("/a");
  before.Unwrap("2026-11-22T10:41:23Z stdout P one ");
  ByteWriter state;
  before.Save(state);
  ContainerUnwrapper after;
  ByteReader in(state.bytes());
  REQUIRE(after.Restore(in));
  CHECK(in.done());
  CHECK(Out(after, "2026-11-22T10:41:23Z stdout F two") == "one two");
  for (size_t size = 0; size < state.bytes().size(); ++size) {
    ByteReader cut(std::string_view(state.bytes()).substr(0, size));
    ContainerUnwrapper damaged;
    CHECK_FALSE(damaged.Restore(cut));
    CHECK(Out(damaged, "2026-11-22T10:41:23Z stdout F two") == "two");
  }
}

}  // namespace mta
