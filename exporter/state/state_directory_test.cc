#include "exporter/state/state_directory.h"

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "catch.h"
#include "exporter/base/test_directory.h"
#include "exporter/tail/test_file_system.h"

namespace mta {
namespace {

Snapshot Numbered(int number) {
  return {{"metrics", std::string(1000, static_cast<char>('a' + number))},
          {"number", std::to_string(number)}};
}

std::unique_ptr<StateDirectory> Opened(Env& env, const std::string& path) {
  auto directory = StateDirectory::Open(env, path);
  REQUIRE(directory);
  return std::move(*directory);
}

// The number of the snapshot that is there, which is whole; -1: none.
int NumberIn(StateDirectory& directory) {
  const auto loaded = directory.Load();
  REQUIRE(loaded);
  if (!*loaded) return -1;
  REQUIRE((*loaded)->verdict == DecodedSnapshot::Verdict::kWhole);
  const int number = std::stoi((*loaded)->sections.at(1).bytes);
  REQUIRE((*loaded)->sections[0].bytes == Numbered(number)[0].bytes);
  return number;
}

TEST_CASE("saved, and there again; the one before is kept on demand") {
  const TestDirectory dir;
  const auto state = Opened(Env::Posix(), dir / "state");
  CHECK(NumberIn(*state) == -1);
  const auto saved = state->Save(Numbered(1));
  REQUIRE(saved);
  CHECK(*saved == std::filesystem::file_size(dir / "state/snapshot"));
  CHECK(NumberIn(*state) == 1);
  REQUIRE(state->KeepOld());
  REQUIRE(state->Save(Numbered(2)));
  CHECK(NumberIn(*state) == 2);
  std::filesystem::rename(dir / "state/snapshot.old", dir / "state/snapshot");
  CHECK(NumberIn(*state) == 1);
}

TEST_CASE("one process at a time") {
  const TestDirectory dir;
  auto first = Opened(Env::Posix(), dir / "state");
  const auto second = StateDirectory::Open(Env::Posix(), dir / "state");
  REQUIRE_FALSE(second);
  CHECK(second.error().message == (dir / "state") +
                                      " is in use by another mta_exporter: end that one, or choose "
                                      "another directory");
  first.reset();
  CHECK(StateDirectory::Open(Env::Posix(), dir / "state"));
}

TEST_CASE("a directory that cannot be used is refused in one line") {
  const TestDirectory dir;
  CHECK(StateDirectory::Open(Env::Posix(), dir / "no/such").error().message ==
        "cannot make the directory " + (dir / "no/such") + ": No such file or directory");
  dir.Write("file", "");
  CHECK(StateDirectory::Open(Env::Posix(), dir / "file").error().message ==
        "cannot make the directory " + (dir / "file") + ": Not a directory");
  for (const char* call : {"make the directory", "lock", "write"}) {
    TestFileSystem fs("/var");
    fs.before_call = [&](const char* c, const std::string&) { return std::string(c) == call ? EACCES : 0; };
    const auto opened = StateDirectory::Open(fs, "/var/state");
    REQUIRE_FALSE(opened);
    CHECK(opened.error().message.ends_with(": Permission denied"));
  }
}

TEST_CASE("every call of a save fails once: the old state or the new one is there, and it is said which") {
  for (const int code : {EIO, ENOSPC, EACCES, EDQUOT, EROFS}) {
    for (int fail = 1;; ++fail) {
      TestFileSystem fs("/state");
      const auto state = Opened(fs, "/state");
      REQUIRE(state->Save(Numbered(1)));
      int calls = 0;
      fs.short_writes = 400;
      fs.before_call = [&](const char*, const std::string&) { return ++calls == fail ? code : 0; };
      const auto saved = state->Save(Numbered(2));
      fs.before_call = nullptr;
      if (calls < fail) break;
      INFO("call " << fail << " fails: " << std::generic_category().message(code));
      CHECK_FALSE(saved);
      CHECK(NumberIn(*state) >= 1);
      REQUIRE(state->Save(Numbered(3)));
      CHECK(NumberIn(*state) == 3);
    }
  }
}

TEST_CASE("power is lost before any call of a save: the old state or the new one is there, whole") {
  struct PowerLost {};
  for (const bool names_survive : {true, false}) {
    for (int last = 1;; ++last) {
      TestFileSystem fs("/state");
      auto state = Opened(fs, "/state");
      REQUIRE(state->Save(Numbered(1)));
      int calls = 0;
      bool lost = false;
      fs.short_writes = 400;
      fs.before_call = [&](const char*, const std::string&) {
        if (++calls == last) throw PowerLost();
        return 0;
      };
      try {
        const auto saved = state->Save(Numbered(2));
        CHECK(saved);
      } catch (const PowerLost&) {
        lost = true;
      }
      fs.before_call = nullptr;
      fs.LosePower(names_survive);
      INFO("before call " << last << ", names " << (names_survive ? "" : "do not ") << "survive");
      CHECK(NumberIn(*state) >= (lost ? 1 : 2));
      if (!lost) break;
    }
  }
}

TEST_CASE("writes that take less than they are given") {
  for (size_t most = 1; most < 50; ++most) {
    TestFileSystem fs("/state");
    fs.short_writes = fs.short_reads = most;
    const auto state = Opened(fs, "/state");
    REQUIRE(state->Save(Numbered(1)));
    CHECK(NumberIn(*state) == 1);
  }
}

TEST_CASE("a state that cannot be read is an error, not an empty one") {
  TestFileSystem fs("/state");
  const auto state = Opened(fs, "/state");
  REQUIRE(state->Save(Numbered(1)));
  fs.before_call = [](const char* call, const std::string&) { return std::string(call) == "read" ? EIO : 0; };
  CHECK(state->Load().error().message == "cannot read /state/snapshot: Input/output error");
}

TEST_CASE("a state that cannot be read is set aside all the same, for a person to mend") {
  TestFileSystem fs("/state");
  const auto state = Opened(fs, "/state");
  REQUIRE(state->Save(Numbered(1)));
  fs.before_call = [](const char* call, const std::string& path) {
    return std::string(call) == "open" && path == "/state/snapshot" ? EACCES : 0;  // another user's
  };
  CHECK_FALSE(state->Load());
  REQUIRE(state->KeepOld());
  REQUIRE(state->Save(Numbered(2)));
  fs.before_call = nullptr;
  REQUIRE(fs.Rename("/state/snapshot.old", "/state/snapshot"));
  CHECK(NumberIn(*state) == 1);
}

}  // namespace
}  // namespace mta
