#include "exporter/tail/waiter.h"

#include <thread>

#include "catch.h"
#include "exporter/base/env.h"
#include "exporter/base/test_directory.h"

namespace mta {
namespace {

constexpr int64_t kMs = 1'000'000;
constexpr int64_t kLong = 30'000 * kMs;  // a test that waits so long has failed

int64_t Now() {
  return Env::Posix().MonotonicNs();
}

std::unique_ptr<Waiter> MakeWaiter() {
  auto waiter = Waiter::Make();
  REQUIRE(waiter);
  return std::move(*waiter);
}

TEST_CASE("the time is up") {
  const auto waiter = MakeWaiter();
  const int64_t begin = Now();
  CHECK(!waiter->Wait(0, 20 * kMs));
  CHECK(Now() - begin >= 20 * kMs);
}

TEST_CASE("woken before and while it waits") {
  const auto waiter = MakeWaiter();
  waiter->Wake();
  waiter->Wake();
  CHECK(waiter->Wait(0, kLong));
  std::thread other([&] { waiter->Wake(); });
  CHECK(waiter->Wait(kLong, kLong));
  other.join();
  CHECK(!waiter->Wait(0, kMs));
}

TEST_CASE("a watched path changes: no sleep, but not before its least time") {
  TestDirectory dir;
  const std::string log = dir.Write("log", "a\n");
  const auto waiter = MakeWaiter();
  waiter->Watch({dir.path(), log, dir / "none"});
  int64_t begin = Now();
  dir.Append("log", "b\n");
  CHECK(!waiter->Wait(0, kLong));
  dir.Write("other", "x");
  CHECK(!waiter->Wait(50 * kMs, kLong));
  CHECK(Now() - begin >= 50 * kMs);
  CHECK(Now() - begin < kLong);
}

TEST_CASE("what is no longer watched wakes nobody") {
  TestDirectory dir;
  const std::string log = dir.Write("log", "a\n");
  const auto waiter = MakeWaiter();
  waiter->Watch({log});
  waiter->Watch({log});
  waiter->Watch({});
  waiter->Wait(0, kMs);  // the kernel says that the watch is gone
  dir.Append("log", "b\n");
  const int64_t begin = Now();
  CHECK(!waiter->Wait(0, 20 * kMs));
  CHECK(Now() - begin >= 20 * kMs);
}

}  // namespace
}  // namespace mta
