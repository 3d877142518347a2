#include "exporter/app/serve/ingest.h"

#include <thread>

#include "catch.h"

namespace mta {
namespace {

using namespace std::chrono_literals;

struct Ingesting {
  Env& env = Env::Posix();
  Logger logger{stderr, LogLevel::kError, LogFormat::kLogfmt};
  std::unique_ptr<Waiter> waiter = std::move(*Waiter::Make());
  Publisher publisher;
  Site site{SiteOptions(), publisher, env};
  Ingest ingest{env, logger, *waiter, publisher, site, StateOptions()};
  int done = 0;

  Outcome Do(std::chrono::nanoseconds deadline) {
    return ingest.Do([this] { ++done; }, deadline);
  }
};

}  // namespace

TEST_CASE("what the ingest does not come to in time is not done later") {
  Ingesting it;
  const Outcome late = it.Do(1ms);  // it does not run yet, as if a read hung
  REQUIRE_FALSE(late);
  CHECK(late.error().message.find("hangs") != std::string::npos);
  std::thread reading([&] { it.ingest.Run(); });
  CHECK(it.Do(60s));
  CHECK(it.done == 1);
  it.ingest.Stop();
  reading.join();
  const Outcome after = it.Do(60s);
  REQUIRE_FALSE(after);
  CHECK(after.error().message == "the exporter is ending");
  CHECK(it.done == 1);
}

}  // namespace mta
