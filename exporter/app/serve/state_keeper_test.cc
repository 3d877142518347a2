#include "exporter/app/serve/state_keeper.h"

#include <cerrno>
#include <condition_variable>
#include <mutex>

#include "catch.h"
#include "exporter/metrics/metric_store.h"
#include "exporter/tail/test_file_system.h"

namespace mta {
namespace {

constexpr int64_t kSecondNs = 1'000'000'000;

// A file system whose calls can be held up.
class Gate {
 public:
  int Pass(int code) {
    std::unique_lock lock(mutex_);
    opened_.wait(lock, [&] { return !closed_; });
    return code;
  }
  void Close() { Set(true); }
  void Open() { Set(false); }

 private:
  void Set(bool closed) {
    {
      const std::lock_guard lock(mutex_);
      closed_ = closed;
    }
    opened_.notify_all();
  }
  std::mutex mutex_;
  std::condition_variable opened_;
  bool closed_ = false;
};

// One counter that grows by one with every cut, and what is shown of it.
struct Keeping {
  explicit Keeping(bool with_state = true) {
    fs.now_ns += 1000 * kSecondNs;  // so that the monotonic clock is not near its zero
    std::unique_ptr<StateDirectory> directory;
    if (with_state) directory = std::move(*StateDirectory::Open(fs, "/state"));
    keeper = std::make_unique<StateKeeper>(
        fs, logger, publisher, std::move(directory), [] {}, kSecondNs);
    counter = store.Counter(store.Add({.name = "cuts_total", .help = "c"}), MetricStore::ValueList{});
    fs.before_call = [this](const char*, const std::string&) { return gate.Pass(code); };
  }
  ~Keeping() { gate.Open(); }

  Publication Now() {
    Publication publication;
    publication.view = store.Freeze();
    return publication;
  }
  // A cut, if one is wanted.  True: it was to be saved.
  StateKeeper::Wish Cut(size_t bytes = 10) {
    const auto wish = keeper->Wants(true);
    if (wish == StateKeeper::Wish::kNothing) return wish;
    store.Increment(counter);
    if (wish == StateKeeper::Wish::kShow) keeper->Show(Now());
    if (wish == StateKeeper::Wish::kKeep)
      keeper->Keep(Now(), {{"s", std::string(bytes, 's')}}, encode_cpu_ns);
    return wish;
  }
  // Waits for the saver, and looks.
  void Settle() {
    const uint64_t before = saves() + failures();
    for (int i = 0; i < 100'000 && saves() + failures() == before; ++i) {
      keeper->Look();
      std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
  }
  void Wait(int64_t seconds) { fs.now_ns += seconds * kSecondNs; }
  uint64_t shown() const {
    const auto publication = publisher.current();
    for (const FamilySchema& family : publication->view->families()) {
      if (family.options.name == "cuts_total") return publication->view->Counter(family.series.at(0));
    }
    return 0;
  }
  StateStatus status() const { return publisher.current()->state; }
  uint64_t saves() const { return status().saves; }
  uint64_t failures() const { return status().failures; }

  Gate gate;
  int code = 0;  // what every call fails with; only while nothing is being saved
  int64_t encode_cpu_ns = 0;
  TestFileSystem fs{"/state"};
  std::FILE* const null = std::fopen("/dev/null", "w");
  Logger logger{null};
  Publisher publisher;
  MetricStore store;
  CounterId counter;
  std::unique_ptr<StateKeeper> keeper;
};

using Wish = StateKeeper::Wish;

TEST_CASE("a cut is shown when it is durable, not before") {
  Keeping k;
  k.gate.Close();
  CHECK(k.Cut() == Wish::kKeep);
  k.keeper->Look();
  CHECK(k.shown() == 0);
  k.gate.Open();
  k.Settle();
  CHECK(k.shown() == 1);
  CHECK(k.saves() == 1);
  CHECK(k.status().last_save_seconds > 1e9);
  CHECK(k.status().kept);
}

TEST_CASE("one save at a time, and not more often than the interval") {
  Keeping k;
  k.gate.Close();
  CHECK(k.Cut() == Wish::kKeep);
  k.Wait(5);
  CHECK(k.Cut() == Wish::kNothing);
  k.gate.Open();
  k.Settle();
  CHECK(k.Cut() == Wish::kKeep);
  k.Settle();
  CHECK(k.Cut() == Wish::kNothing);
  k.Wait(1);
  CHECK(k.keeper->Wants(false) == Wish::kNothing);
  CHECK(k.Cut() == Wish::kKeep);
  k.Settle();
  k.Wait(61);
  CHECK(k.keeper->Wants(false) == Wish::kKeep);  // so that the time of the last save stays young
}

TEST_CASE("a large state is saved less often: 1 MB/s, 1 % of a core") {
  Keeping k;
  k.Cut(10'000'000);
  k.Settle();
  k.Wait(9);
  CHECK(k.Cut() == Wish::kNothing);
  k.Wait(2);
  k.encode_cpu_ns = 50'000'000;
  CHECK(k.Cut() == Wish::kKeep);
  k.Settle();
  k.Wait(4);
  CHECK(k.Cut() == Wish::kNothing);
  k.Wait(2);
  CHECK(k.Cut() == Wish::kKeep);
  k.Settle();
}

TEST_CASE(
    "saving fails: the durable view stays, after half a minute live ones; and back without a step down") {
  Keeping k;
  k.Cut();
  k.Settle();
  k.code = ENOSPC;
  uint64_t seen = k.shown();
  for (int second = 0; second < 60; ++second) {
    k.Wait(1);
    k.Cut();
    k.Settle();
    CHECK(k.shown() >= seen);
    seen = k.shown();
    CHECK(k.status().warning ==
          "the state cannot be saved: cannot write /state/snapshot.tmp: No space left on device");
    if (second < 28) CHECK(seen == 1);
    if (second > 32) CHECK(seen == k.store.Value(k.counter));
  }
  CHECK(k.failures() == 60);
  k.code = 0;
  k.Wait(1);
  CHECK(k.Cut() == Wish::kKeep);
  k.Settle();
  CHECK(k.shown() == k.store.Value(k.counter));
  CHECK(k.status().warning == "");
  k.gate.Close();
  k.Wait(1);
  k.Cut();
  k.keeper->Look();
  CHECK(k.shown() == k.store.Value(k.counter) - 1);  // durable ones again
  k.gate.Open();
  k.Settle();
}

TEST_CASE("what failed is tried again though nothing has changed") {
  Keeping k;
  k.code = EIO;
  k.Cut();
  k.Settle();
  k.Wait(1);
  CHECK(k.keeper->Wants(false) == Wish::kKeep);
}

TEST_CASE("a disk that hangs: live views after half a minute; its late success takes none of them back") {
  Keeping k;
  k.Cut();
  k.Settle();
  k.gate.Close();
  k.Wait(1);
  k.Cut();
  for (int second = 0; second < 50; ++second) {
    k.Wait(1);
    k.keeper->Look();
    if (k.Cut() == Wish::kShow) CHECK(k.shown() == k.store.Value(k.counter));
  }
  CHECK(k.shown() > 15);
  CHECK(k.status().warning == "the state has not been saved for a while: the disk does not answer");
  const uint64_t seen = k.shown();
  k.gate.Open();
  k.Settle();
  CHECK(k.shown() == seen);
  CHECK(k.status().warning == "");
  k.Wait(1);
  CHECK(k.keeper->Wants(false) == Wish::kKeep);  // what is shown is not durable yet
}

TEST_CASE("without a directory every cut is shown, and none is tried to be saved") {
  Keeping k(false);
  CHECK(k.Cut() == Wish::kShow);
  CHECK(k.shown() == 1);
  CHECK_FALSE(k.status().kept);
  CHECK(k.Cut() == Wish::kNothing);
  k.Wait(100);
  CHECK(k.keeper->Wants(false) == Wish::kNothing);
}

TEST_CASE("the last cut is saved at once, and the number of saves goes on after a restart") {
  Keeping k;
  k.Cut();
  k.Settle();
  k.store.Increment(k.counter);
  k.keeper->Finish(k.Now(), {});
  CHECK(k.shown() == 2);
  CHECK(k.saves() == 2);
  k.keeper.reset();
  auto directory = std::move(*StateDirectory::Open(k.fs, "/state"));
  const auto saved = directory->Load();
  REQUIRE((*saved)->sections.back().name == StateKeeper::kSection);
  StateKeeper next(
      k.fs, k.logger, k.publisher, std::move(directory), [] {}, kSecondNs);
  ByteReader in((*saved)->sections.back().bytes);
  next.Resume(in);
  next.ShowRestored(k.Now());
  CHECK(k.saves() == 2);
  CHECK(k.status().last_save_seconds > 1e9);
}

}  // namespace
}  // namespace mta
