#include "exporter/state/snapshot.h"

#include "catch.h"

namespace mta {
namespace {

using Verdict = DecodedSnapshot::Verdict;

const Snapshot kSnapshot = {
    {"metrics", "many cells"}, {"source mx1", std::string(300, '\0')}, {"source mx2", ""}, {"saves", "\n7"}};

std::string FileOf(const Snapshot& snapshot) {
  std::string file = EncodeHead(snapshot);
  for (const Section& section : snapshot) file += section.bytes;
  return file;
}

const Section* Find(const Snapshot& snapshot, const std::string& name) {
  for (const Section& section : snapshot) {
    if (section.name == name) return &section;
  }
  return nullptr;
}

// Whatever was done to the file: what is given is what was saved, and what is not given is missed.
void CheckHonest(const DecodedSnapshot& decoded) {
  for (const Section& section : decoded.sections) {
    const Section* const original = Find(kSnapshot, section.name);
    REQUIRE(original != nullptr);
    REQUIRE(section.bytes == original->bytes);
  }
  const bool told = !decoded.problem.empty() || !decoded.damaged.empty();
  REQUIRE(told == (decoded.verdict != Verdict::kWhole));
  if (decoded.problem.empty()) {
    REQUIRE(decoded.sections.size() + decoded.damaged.size() == kSnapshot.size());
  }
}

TEST_CASE("what was saved comes back") {
  const auto decoded = DecodeSnapshot(FileOf(kSnapshot));
  CHECK(decoded.verdict == Verdict::kWhole);
  CHECK(decoded.sections.size() == kSnapshot.size());
  CheckHonest(decoded);
  CHECK(DecodeSnapshot(FileOf({})).verdict == Verdict::kWhole);
}

TEST_CASE("a damaged byte costs the section it lies in, or all if it lies in the head") {
  const std::string file = FileOf(kSnapshot);
  const size_t head = EncodeHead(kSnapshot).size();
  for (size_t at = 0; at < file.size(); ++at) {
    std::string damaged = file;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x40);
    const auto decoded = DecodeSnapshot(damaged);
    INFO("byte " << at);
    CheckHonest(decoded);
    CHECK(decoded.verdict != Verdict::kWhole);
    if (at >= head) CHECK(decoded.damaged.size() == 1);
  }
}

TEST_CASE("cut short anywhere: the sections that are there are kept") {
  const std::string file = FileOf(kSnapshot);
  for (size_t size = 0; size < file.size(); ++size) {
    const auto decoded = DecodeSnapshot(file.substr(0, size));
    INFO(size << " bytes");
    CheckHonest(decoded);
    CHECK(decoded.verdict != Verdict::kWhole);
  }
  CHECK(DecodeSnapshot(file.substr(0, file.size() - 1)).sections.size() == kSnapshot.size() - 1);
}

TEST_CASE("another program's file and another version's state are foreign, and said so") {
  CHECK(DecodeSnapshot("{}").problem == "it is no state of mta_exporter");
  CHECK(DecodeSnapshot("{}").verdict == Verdict::kForeign);
  std::string file = FileOf(kSnapshot);
  ++file[file.find('\n') + 1];
  CHECK(DecodeSnapshot(file).problem == "it is of format 2, this program reads format 1");
  CHECK(DecodeSnapshot(file).verdict == Verdict::kForeign);
}

}  // namespace
}  // namespace mta
