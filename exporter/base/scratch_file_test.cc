#include "exporter/base/scratch_file.h"

#include <filesystem>

#include "catch.h"
#include "exporter/base/env.h"
#include "exporter/base/test_directory.h"

namespace mta {
namespace {

TEST_CASE(
    "a scratch file gives back what was appended, here and through its path, and leaves nothing behind") {
  const TestDirectory directory;
  ::setenv("TMPDIR", directory.path().c_str(), 1);
  Result<ScratchFile> made = ScratchFile::Make();
  REQUIRE(made);
  ScratchFile file = std::move(*made);
  REQUIRE(file.Append("one "));
  REQUIRE(file.Append("two"));
  CHECK(file.size() == 7);
  char text[8] = {};
  CHECK(file.ReadAt(4, text, sizeof text) == 3);
  CHECK(std::string_view(text, 3) == "two");
  const auto again = Env::Posix().OpenRegular(file.path());
  REQUIRE(again);
  CHECK((*again)->Read(text, sizeof text) == 7);
  CHECK(std::filesystem::is_empty(directory.path()));
  ::unsetenv("TMPDIR");
}

TEST_CASE("a directory that is not there is named, with the way out") {
  ::setenv("TMPDIR", "/nowhere/at/all", 1);
  const Result<ScratchFile> file = ScratchFile::Make();
  ::unsetenv("TMPDIR");
  REQUIRE_FALSE(file);
  CHECK(file.error().message.find("/nowhere/at/all: No such file or directory") != std::string::npos);
}

}  // namespace
}  // namespace mta
