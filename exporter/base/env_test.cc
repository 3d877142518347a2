#include "exporter/base/env.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <map>

#include "catch.h"
#include "exporter/base/test_directory.h"

namespace mta {
namespace {

namespace fs = std::filesystem;

std::string ReadAll(ByteSource& source) {
  std::string all;
  char piece[7];
  for (;;) {
    const auto got = source.Read(piece, sizeof piece);
    REQUIRE(got);
    if (*got == 0) return all;
    all.append(piece, *got);
  }
}

TEST_CASE("a file is read in order, and at any place") {
  TestDirectory dir;
  dir.Write("log", "one\ntwo\nthree\n");
  auto file = Env::Posix().Open(dir / "log");
  REQUIRE(file);
  char piece[3];
  REQUIRE((*file)->ReadAt(4, piece, 3).value() == 3);
  CHECK(std::string(piece, 3) == "two");
  CHECK((*file)->ReadAt(14, piece, 3).value() == 0);
  CHECK(ReadAll(**file) == "one\ntwo\nthree\n");
}

TEST_CASE("status: of the name and of the open file, also when the name is gone") {
  TestDirectory dir;
  dir.Write("log", "12345");
  auto file = Env::Posix().OpenRegular(dir / "log");
  REQUIRE(file);
  const auto by_name = Env::Posix().Status(dir / "log");
  REQUIRE(by_name);
  fs::rename(dir / "log", dir / "log.1");
  const auto by_file = (*file)->Status();
  REQUIRE(by_file);
  CHECK(by_file->inode == by_name->inode);
  CHECK(by_file->device == by_name->device);
  CHECK(by_file->size_bytes == 5);
  CHECK(by_file->kind == FileKind::kRegular);
  CHECK(std::abs(by_file->mtime_ns - Env::Posix().NowNs()) < 600'000'000'000);
  CHECK(Env::Posix().Status(dir / "log").error().system_code == ENOENT);
}

TEST_CASE("a listing entry by entry: kinds beside the names, and an early end") {
  TestDirectory dir;
  dir.Write("file", "");
  fs::create_directory(dir / "folder");
  fs::create_symlink("folder", dir / "link");
  std::map<std::string, std::optional<FileKind>> seen;
  const auto look = [&](std::string_view name, std::optional<FileKind> kind) {
    seen[std::string(name)] = kind;
    return true;
  };
  REQUIRE(Env::Posix().ForEachEntry(dir.path(), look));
  CHECK(seen.size() == 3);
  CHECK(seen["file"].value_or(FileKind::kRegular) == FileKind::kRegular);
  CHECK(seen["folder"].value_or(FileKind::kDirectory) == FileKind::kDirectory);
  CHECK(!seen["link"]);
  int calls = 0;
  REQUIRE(Env::Posix().ForEachEntry(dir.path(), [&](std::string_view, auto) { return ++calls < 2; }));
  CHECK(calls == 2);
  CHECK(Env::Posix().ForEachEntry(dir / "none", look).error().system_code == ENOENT);
}

TEST_CASE("errors say what, where and why") {
  TestDirectory dir;
  const auto missing = Env::Posix().Open(dir / "none");
  REQUIRE(!missing);
  CHECK(missing.error().message == "cannot open " + (dir / "none") + ": No such file or directory");
  CHECK(missing.error().system_code == ENOENT);
  CHECK(Env::Posix().List(dir / "none").error().system_code == ENOENT);
  CHECK(Env::Posix().OpenRegular(dir.path()).error().system_code == EISDIR);
  auto directory = Env::Posix().Open(dir.path());
  REQUIRE(directory);
  char c = 0;
  CHECK((*directory)->Read(&c, 1).error().message == "cannot read " + dir.path() + ": Is a directory");
}

TEST_CASE("a named pipe without a writer blocks nobody") {
  TestDirectory dir;
  REQUIRE(::mkfifo((dir / "pipe").c_str(), 0600) == 0);
  CHECK(Env::Posix().OpenRegular(dir / "pipe").error().message == (dir / "pipe") + " is not a regular file");
}

TEST_CASE("a directory lists its names without the dots; a link tells where it leads") {
  TestDirectory dir;
  dir.Write("b", "");
  fs::create_symlink("b", dir / "a");
  auto names = Env::Posix().List(dir.path());
  REQUIRE(names);
  std::sort(names->begin(), names->end());
  CHECK(*names == std::vector<std::string>{"a", "b"});
  CHECK(Env::Posix().ReadLink(dir / "a").value() == "b");
  CHECK(Env::Posix().ReadLink(dir / "b").error().system_code == EINVAL);
}

TEST_CASE("a new file takes the place of the old one in one step") {
  TestDirectory dir;
  Env& env = Env::Posix();
  REQUIRE(env.MakeDirectory(dir / "state"));
  CHECK(env.MakeDirectory(dir / "state"));
  const std::string path = dir.Write("state/snapshot", "old");
  for (const std::string bytes : {"a longer new one", "new"}) {
    auto file = env.Create(path + ".tmp");
    REQUIRE(file);
    REQUIRE((*file)->Write(bytes) == bytes.size());
    CHECK((*file)->Sync());
  }
  CHECK(ReadAll(**env.Open(path)) == "old");
  REQUIRE(env.Rename(path + ".tmp", path));
  CHECK(env.SyncDirectory(dir / "state"));
  CHECK(ReadAll(**env.Open(path)) == "new");
  CHECK(env.MakeDirectory(path).error().system_code == ENOTDIR);
  CHECK(env.Create(dir / "none/x").error().message ==
        "cannot write " + (dir / "none/x") + ": No such file or directory");
  CHECK(env.Rename(path + ".none", path).error().system_code == ENOENT);
}

TEST_CASE("nobody is led elsewhere by a link under the name of a file that is to be made") {
  TestDirectory dir;
  dir.Write("victim", "precious");
  fs::create_symlink("victim", dir / "snapshot.tmp");
  CHECK(Env::Posix().Create(dir / "snapshot.tmp").error().system_code == ELOOP);
  CHECK(Env::Posix().Lock(dir / "snapshot.tmp").error().system_code == ELOOP);
}

TEST_CASE("a lock has one holder, and is free when it goes") {
  TestDirectory dir;
  auto held = Env::Posix().Lock(dir / "lock");
  REQUIRE(held);
  CHECK(Env::Posix().Lock(dir / "lock").error().system_code == EWOULDBLOCK);
  held->reset();
  CHECK(Env::Posix().Lock(dir / "lock"));
}

TEST_CASE("the monotonic clock does not step back") {
  const int64_t before = Env::Posix().MonotonicNs();
  CHECK(Env::Posix().MonotonicNs() >= before);
}

}  // namespace
}  // namespace mta
