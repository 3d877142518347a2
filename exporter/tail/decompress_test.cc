#include "exporter/tail/decompress.h"

#include <algorithm>
#include <cstring>

#include "catch.h"
#include "exporter/tail/test_archive.h"

namespace mta {
namespace {

constexpr Compression kAll[] = {Compression::kGzip, Compression::kBzip2, Compression::kXz,
                                Compression::kZstd};

// Gives its bytes in small pieces, then perhaps an error.
class StringSource : public ByteSource {
 public:
  StringSource(std::string bytes, size_t piece, bool fails = false)
      : bytes_(std::move(bytes)), piece_(piece), fails_(fails) {}
  Result<size_t> Read(char* buffer, size_t size) override {
    const size_t count = std::min({size, piece_, bytes_.size() - at_});
    if (count == 0 && fails_) return Fail("cannot read x: Input/output error", EIO);
    std::memcpy(buffer, bytes_.data() + at_, count);
    at_ += count;
    return count;
  }

 private:
  std::string bytes_;
  size_t piece_;
  bool fails_;
  size_t at_ = 0;
};

struct Content {
  std::string bytes;
  std::string error;
};

Content ReadAll(ByteSource& source, size_t piece) {
  Content content;
  std::string buffer(piece, '\0');
  for (;;) {
    const auto count = source.Read(buffer.data(), buffer.size());
    if (!count) content.error = count.error().message;
    if (!count || *count == 0) return content;
    content.bytes.append(buffer, 0, *count);
  }
}

Content ReadAll(const std::string& archive, size_t in_piece = 1 << 20, size_t out_piece = 1 << 16) {
  auto source = OpenContent(std::make_unique<StringSource>(archive, in_piece), "x");
  REQUIRE(source);
  return ReadAll(**source, out_piece);
}

// Lines that compress neither to nothing nor not at all.
std::string Log(size_t lines) {
  std::string log;
  uint64_t random = 1;
  for (size_t i = 0; i < lines; ++i) {
    random = random * 6364136223846793005ULL + 1442695040888963407ULL;
    log += "Nov 22 10:41:23 mx1 postfix/qmgr[12]: " + std::to_string(random >> 20) + ": removed\n";
  }
  return log;
}

TEST_CASE("every kind of archive, in pieces of any size, several members in a row") {
  const std::string log = Log(20'000);
  for (const Compression kind : kAll) {
    INFO(CompressionName(kind));
    const std::string one = Compressed(kind, log);
    CHECK(DetectCompression(one) == kind);
    CHECK(one.size() < log.size());
    CHECK(ReadAll(one).bytes == log);
    CHECK(ReadAll(one, 1, 1 << 16).bytes == log);
    CHECK(ReadAll(one, 1 << 20, 1).bytes == log);
    const Content three = ReadAll(one + Compressed(kind, "") + Compressed(kind, "last\n"), 777, 333);
    CHECK(three.bytes == log + "last\n");
    CHECK(three.error.empty());
  }
}

TEST_CASE("an empty archive has no content") {
  for (const Compression kind : kAll) {
    INFO(CompressionName(kind));
    const Content none = ReadAll(Compressed(kind, ""), 1, 1);
    CHECK(none.bytes.empty());
    CHECK(none.error.empty());
  }
}

TEST_CASE("padding and trailing garbage are left out") {
  for (const Compression kind : kAll) {
    INFO(CompressionName(kind));
    for (const std::string& tail :
         {std::string(512, '\0'), std::string("garbage behind it"), std::string("x")}) {
      const Content content = ReadAll(Compressed(kind, "a\nb\n") + tail, 5, 3);
      CHECK(content.bytes == "a\nb\n");
      CHECK(content.error.empty());
    }
    CHECK(ReadAll(Compressed(kind, "a\n") + std::string(1024, '\0') + Compressed(kind, "b\n")).bytes ==
          "a\nb\n");
  }
}

TEST_CASE("a truncated archive gives what it holds, then says so") {
  const std::string log = Log(60'000);
  for (const Compression kind : kAll) {
    INFO(CompressionName(kind));
    const std::string archive = Compressed(kind, log);
    const Content content = ReadAll(archive.substr(0, archive.size() - archive.size() / 4));
    CHECK(log.starts_with(content.bytes));
    CHECK(content.bytes.size() > 0);
    CHECK(content.error == "x: damaged " + std::string(CompressionName(kind)) + " archive: truncated after " +
                               std::to_string(content.bytes.size()) + " bytes of content");
  }
}

TEST_CASE("one missing byte at the end is noticed") {
  for (const Compression kind : kAll) {
    INFO(CompressionName(kind));
    const std::string archive = Compressed(kind, "a\nb\n");
    CHECK(ReadAll(archive.substr(0, archive.size() - 1)).error != "");
  }
}

TEST_CASE("a damaged archive gives no wrong byte before the error") {
  const std::string log = Log(60'000);
  for (const Compression kind : {Compression::kBzip2, Compression::kXz, Compression::kGzip}) {
    INFO(CompressionName(kind));
    std::string archive = Compressed(kind, log);
    archive.replace(archive.size() / 2, 16, 16, '\xFF');
    const Content content = ReadAll(archive);
    CHECK(content.error.starts_with("x: damaged "));
    CHECK(content.bytes.size() < log.size());
  }
}

TEST_CASE("plain content is itself whatever its name and length") {
  CHECK(ReadAll("").bytes == "");
  CHECK(ReadAll("a", 1, 1).bytes == "a");
  CHECK(ReadAll("\x1F\x8B").bytes == "\x1F\x8B");
  CHECK(ReadAll("BZh9 is how this line begins\n", 2, 3).bytes == "BZh9 is how this line begins\n");
}

TEST_CASE("a read error is the error") {
  const std::string archive = Gzipped(Log(1000));
  auto source = OpenContent(std::make_unique<StringSource>(archive.substr(0, 100), 1 << 20, true), "x");
  REQUIRE(source);
  CHECK(ReadAll(**source, 64).error == "cannot read x: Input/output error");
  CHECK(!OpenContent(std::make_unique<StringSource>("", 1, true), "x"));
}

}  // namespace
}  // namespace mta
