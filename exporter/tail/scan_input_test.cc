#include "exporter/tail/scan_input.h"

#include <cerrno>
#include <filesystem>

#include "catch.h"
#include "exporter/base/test_directory.h"
#include "exporter/tail/multilog.h"
#include "exporter/tail/test_archive.h"
#include "exporter/tail/test_sink.h"

namespace mta {
namespace {

struct Scanned {
  std::vector<std::string> lines;
  std::vector<std::string> errors;
  uint64_t bytes = 0;
};

Scanned Scan(const std::vector<std::string>& operands) {
  Scanned scanned;
  auto input = ScanInput::Find(Env::Posix(), operands);
  if (!input) return {{}, {input.error().message}, 0};
  TestSink sink;
  for (const ScanFile& file : input->files()) {
    const auto outcome = input->Read(file, sink, scanned.bytes);
    if (!outcome) scanned.errors.push_back(outcome.error().message);
  }
  scanned.lines = std::move(sink.lines);
  return scanned;
}

using Lines = std::vector<std::string>;

TEST_CASE("operands are one stream in the order given; a file's end ends its last line") {
  TestDirectory dir;
  const std::string b = dir.Write("b", "b1\nb2");
  const std::string a = dir.Write("a", "a1\na2\n");
  const std::string gz = dir.Write("plain-name", Gzipped("z1\nz2\n"));
  const std::string fake = dir.Write("fake.gz", "not compressed\n");
  const Scanned scanned = Scan({b, gz, a, fake});
  CHECK(scanned.lines == Lines{"b1", "b2", "z1", "z2", "a1", "a2", "not compressed"});
  CHECK(scanned.bytes == 5 + 6 + 6 + 15);
  CHECK(scanned.errors.empty());
}

TEST_CASE("a multilog directory: archives in order, then current; lines go on over files") {
  TestDirectory dir;
  dir.Write("current", "he rest\ne\nlast");
  dir.Write("@400000006b02c6dd2419822c.u", "c\nt");
  dir.Write("@400000006b02c6dc0000000f.s", "a\nb");
  dir.Write("@400000006b02c6dc2419822c.s", "bb\n");
  dir.Write("lock", "");
  dir.Write("state", "not log\n");
  dir.Write("@400000006b02c6dc2419822c.t", "not log\n");
  const std::string after = dir.Write("after", "next\n");
  CHECK(Scan({dir.path(), after}).lines == Lines{"a", "bbb", "c", "the rest", "e", "last", "next"});
}

TEST_CASE("what cannot be read is named") {
  TestDirectory dir;
  const std::string file = dir.Write("file", "x\n");
  CHECK(Scan({file, dir / "none"}).errors ==
        Lines{"cannot look at " + (dir / "none") + ": No such file or directory"});
  CHECK(
      Scan({dir.path()}).errors ==
      Lines{dir.path() + " is a directory without multilog files (current, @*.s, @*.u): name the log files"});
}

TEST_CASE("a damaged file: its lines before the damage, one error, and the next file") {
  TestDirectory dir;
  std::string log;
  for (int i = 0; i < 5000; ++i) log += "line " + std::to_string(i * 7919) + "\n";
  const std::string archive = Bzipped(log);
  const std::string damaged = dir.Write("damaged", archive.substr(0, archive.size() - 5));
  const std::string good = dir.Write("good", "good\n");
  const Scanned scanned = Scan({damaged, good});
  REQUIRE(scanned.lines.size() == 5001);
  CHECK(scanned.lines.back() == "good");
  REQUIRE(scanned.errors.size() == 1);
  CHECK(scanned.errors[0] == damaged + ": damaged bzip2 archive: truncated after " +
                                 std::to_string(log.size()) + " bytes of content");
}

TEST_CASE("what the year of a file's stamps needs: time, size, and a second reading") {
  TestDirectory dir;
  const std::string plain = dir.Write("plain", "Dec 31 23:59:59 a\n");
  const std::string packed = dir.Write("packed", Gzipped("Jan  1 00:00:00 b\n"));
  auto input = ScanInput::Find(Env::Posix(), {plain, packed, "-"});
  REQUIRE(input);
  const auto& files = input->files();
  REQUIRE(files.size() == 3);
  CHECK(files[0].size_bytes == 18);
  CHECK(files[0].mtime_ns == Env::Posix().Status(plain)->mtime_ns);
  CHECK(files[1].regular);
  CHECK(!files[2].regular);
  CHECK(files[2].is_standard_input());
  char head[3];
  CHECK((*input->OpenRaw(files[0]))->ReadAt(4, head, 2).value() == 2);
  CHECK(std::string(head, 2) == "31");
  for (int time = 0; time < 2; ++time) {
    CHECK((*input->OpenContentOf(files[1]))->Read(head, 3).value() == 3);
    CHECK(std::string(head, 3) == "Jan");
  }
}

TEST_CASE("multilog's names") {
  CHECK(IsMultilogArchive("@400000006b02c6dd2419822c.s"));
  CHECK(!IsMultilogArchive("@400000006b02c6dd2419822c.S"));
  CHECK(!IsMultilogArchive("@400000006b02c6dd2419822c"));
  CHECK(!IsMultilogArchive("@400000006b02c6dd2419822g.s"));
  CHECK(MultilogFiles({"lock", "status"}).empty());
}

}  // namespace
}  // namespace mta
