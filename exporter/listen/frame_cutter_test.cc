#include "exporter/listen/frame_cutter.h"

#include <random>

#include "catch.h"

namespace mta {
namespace {

// `[a][b](70000)`: what comes out of the bytes, cut into chunks of `chunk` bytes; between them another cutter
// goes on with what the one before has saved.
std::string Cut(std::string_view bytes, size_t chunk = 1 << 20, bool* incomplete = nullptr) {
  FrameCutter cutter;
  MessageBatch batch;
  for (size_t at = 0; at < bytes.size(); at += chunk) {
    cutter.Feed(bytes.substr(at, chunk), batch);
    ByteWriter saved;
    cutter.Save(saved);
    cutter = FrameCutter();
    ByteReader in(saved.bytes());
    REQUIRE(cutter.Restore(in));
  }
  const bool lost = cutter.Finish(batch);
  if (incomplete != nullptr) *incomplete = lost;
  std::string text;
  batch.ForEach([&](std::string_view m) { text += "[" + std::string(m) + "]"; },
                [&](uint64_t size) { text += "(" + std::to_string(size) + ")"; });
  return text;
}

}  // namespace

TEST_CASE("messages that end with a newline, a NUL or the connection") {
  CHECK(Cut("<22>a\n<22>b\r\n<22>c") == "[<22>a][<22>b][<22>c]");
  CHECK(Cut(std::string_view("<22>a\0<22>b\n\0\n<22>c\0", 21)) == "[<22>a][<22>b][<22>c]");
  CHECK(Cut("\n\n") == "");
}

TEST_CASE("messages counted by octets, newlines in and behind them") {
  CHECK(Cut("5 <22>a6 <22>b\n6 <2\n>cd") == "[<22>a][<22>b][<2\n>cd]");
  CHECK(Cut("5 <22>a\n5 <22>b\n") == "[<22>a][<22>b]");
  CHECK(Cut("5 <22>a<22>b\n5 <22>c") == "[<22>a][<22>b][<22>c]");  // both kinds on one connection
}

TEST_CASE("a line that begins with digits is no count unless a blank follows them") {
  CHECK(Cut("2026-11-22T10:41:23Z mx postfix/qmgr[1]: x\n") ==
        "[2026-11-22T10:41:23Z mx postfix/qmgr[1]: x]");
  CHECK(Cut("12345678901 x\n0 y\n") == "[12345678901 x][0 y]");
  CHECK(Cut("123") == "[123]");
}

TEST_CASE("a counted message that the connection does not finish is lost, and told") {
  bool incomplete = false;
  CHECK(Cut("50 <22>a", 100, &incomplete) == "");
  CHECK(incomplete);
  Cut("<22>a", 100, &incomplete);
  CHECK_FALSE(incomplete);
}

TEST_CASE("a message that is too long is skipped to its end") {
  const std::string longest(FrameCutter::kMaxMessageBytes, 'x');
  CHECK(Cut(longest + "\na\n", 4096) == "[" + longest + "][a]");
  CHECK(Cut(longest + "x\na\n", 4096) == "(65537)[a]");
  CHECK(Cut("65536 " + longest + "1 a", 4096) == "[" + longest + "][a]");
  CHECK(Cut("70000 " + std::string(70000, 'x') + "1 a", 4096) == "(70000)[a]");
}

TEST_CASE("any chunks give the same messages") {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    std::string bytes;
    for (int i = 0; i < 40; ++i) {
      constexpr std::string_view kPieces[] = {"<22>abc", "\n", "5 ", "12 ", "0", "\r", " ", "9999", "x"};
      bytes += kPieces[random() % std::size(kPieces)];
      if (random() % 9 == 0) bytes += '\0';
    }
    const std::string whole = Cut(bytes);
    for (const size_t chunk : {size_t{1}, size_t{2}, size_t{3}, size_t{7}, size_t{16}})
      REQUIRE(Cut(bytes, chunk) == whole);
  }
}

}  // namespace mta
