#include "exporter/state/snapshot_saver.h"

#include <atomic>
#include <future>

#include "catch.h"
#include "exporter/tail/test_file_system.h"

namespace mta {
namespace {

constexpr int64_t kLongNs = 60'000'000'000;

struct Saving {
  explicit Saving(TestFileSystem& fs)
      : saver(fs, std::move(*StateDirectory::Open(fs, "/state")), [this] { ++told; }) {}
  std::atomic<int> told = 0;
  SnapshotSaver saver;
};

TEST_CASE("saves one after the other, and tells") {
  TestFileSystem fs("/state");
  Saving s(fs);
  CHECK_FALSE(s.saver.busy());
  CHECK_FALSE(s.saver.Take());
  for (int i = 1; i <= 3; ++i) {
    s.saver.Start({{"number", std::to_string(i)}});
    CHECK(s.saver.busy());
    const auto saved = s.saver.Take(kLongNs);
    REQUIRE(saved);
    REQUIRE(saved->bytes);
    CHECK(*saved->bytes == fs.Open("/state/snapshot", false)->bytes.size());
    CHECK_FALSE(s.saver.busy());
  }
  CHECK(s.told >= 2);  // the last time may be just now
}

TEST_CASE("a failure is given") {
  TestFileSystem fs("/state");
  Saving s(fs);
  fs.before_call = [](const char*, const std::string&) { return ENOSPC; };
  s.saver.Start({});
  const auto saved = s.saver.Take(kLongNs);
  REQUIRE(saved);
  CHECK(saved->bytes.error().message == "cannot write /state/snapshot.tmp: No space left on device");
}

TEST_CASE("a disk that hangs holds up nobody, and not the end either") {
  static TestFileSystem fs("/state");  // its user outlives this test by a moment
  static std::promise<void> released, done;
  auto s = std::make_unique<Saving>(fs);
  fs.before_call = [release = released.get_future().share()](const char* call, const std::string&) {
    release.wait();
    if (std::string(call) == "rename to") done.set_value();
    return 0;
  };
  s->saver.Start({{"number", "1"}});
  CHECK_FALSE(s->saver.Take());
  CHECK(s->saver.busy());
  s.reset();
  released.set_value();
  done.get_future().wait();  // it went on by itself
}

}  // namespace
}  // namespace mta
