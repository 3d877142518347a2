#include "exporter/queue/queue_scanner.h"

#include <prometheus/metric_family.h>

#include <map>

#include "catch.h"
#include "exporter/queue/test_spool.h"

namespace mta {
namespace {

constexpr int64_t kMs = 1'000'000;

// "mta_queue_messages{postfix,mx,deferred}" and the like.
std::map<std::string, double> Collected(const QueueScanner& scanner) {
  std::map<std::string, double> values;
  for (const prometheus::MetricFamily& family : scanner.metrics().Collect()) {
    for (const prometheus::ClientMetric& metric : family.metric) {
      std::string name = family.name + "{";
      for (const auto& label : metric.label) name += (name.back() == '{' ? "" : ",") + label.value;
      values[name + "}"] = metric.gauge.value;
    }
  }
  return values;
}

template <typename Condition>
bool Eventually(Condition condition) {
  for (int i = 0; i < 3000; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

struct Scene {
  TestSpool spool;
  std::FILE* log = std::tmpfile();
  Logger logger{log};
  QueueScanTiming timing{.interval_ns = 20 * kMs, .least_share = 1, .limit_ns = 30'000 * kMs};

  ~Scene() { std::fclose(log); }
  std::string Log() const {
    std::rewind(log);
    std::string text(100'000, '\0');
    text.resize(std::fread(text.data(), 1, text.size(), log));
    return text;
  }
};

TEST_CASE("the figures are those of the last scan, and follow the queue") {
  Scene scene;
  scene.spool.WriteFile("mqueue/qf1", "V8\nT1600000000\n");
  QueueScanner scanner(Env::Posix(), scene.logger, scene.timing);
  CHECK(Collected(scanner).empty());
  scanner.SetTargets({{"sendmail", "mail", {scene.spool / "mqueue"}}});
  REQUIRE(Eventually([&] { return Collected(scanner)["mta_queue_messages{sendmail,mail,mqueue}"] == 1; }));
  auto values = Collected(scanner);
  CHECK(values["mta_queue_bytes{sendmail,mail,mqueue}"] == 15);
  CHECK(values["mta_queue_oldest_message_timestamp_seconds{sendmail,mail,mqueue}"] == 1'600'000'000);
  CHECK(values["mta_queue_scan_success{sendmail,mail}"] == 1);
  CHECK(values["mta_queue_scan_timestamp_seconds{sendmail,mail}"] > 1'600'000'000);
  std::filesystem::remove(scene.spool / "mqueue/qf1");
  REQUIRE(Eventually([&] { return Collected(scanner)["mta_queue_messages{sendmail,mail,mqueue}"] == 0; }));
  values = Collected(scanner);
  CHECK(!values.contains("mta_queue_oldest_message_timestamp_seconds{sendmail,mail,mqueue}"));
  scanner.SetTargets({});
  CHECK(Eventually([&] { return Collected(scanner).empty(); }));
}

TEST_CASE("a scan that fails shows no old figures, is told once, and so is its end") {
  Scene scene;
  const std::string queue = scene.spool / "mqueue";
  QueueScanner scanner(Env::Posix(), scene.logger, scene.timing);
  scanner.SetTargets({{"sendmail", "mail", {queue}}});
  REQUIRE(Eventually([&] { return Collected(scanner).contains("mta_queue_scan_success{sendmail,mail}"); }));
  auto values = Collected(scanner);
  CHECK(values["mta_queue_scan_success{sendmail,mail}"] == 0);
  CHECK(!values.contains("mta_queue_messages{sendmail,mail,mqueue}"));
  CHECK(!values.contains("mta_queue_scan_timestamp_seconds{sendmail,mail}"));
  std::filesystem::create_directory(queue);
  REQUIRE(Eventually([&] { return scene.Log().find("read again") != std::string::npos; }));
  const std::string log = scene.Log();
  CHECK(log.find(queue) != std::string::npos);
  CHECK(log.find(queue) == log.rfind(queue));
}

TEST_CASE("a showq that hangs keeps neither a scrape, nor the other queues, nor the end waiting") {
  Scene scene;
  scene.spool.MakeDirectories({"mqueue", "public"});
  const FakeShowq showq(scene.spool / "public/showq", FakeShowq::Hang);
  auto scanner = std::make_unique<QueueScanner>(Env::Posix(), scene.logger, scene.timing);
  scanner->SetTargets(
      {{"sendmail", "mail", {scene.spool / "mqueue"}}, {"postfix", "mx", {scene.spool.path()}}});
  REQUIRE(
      Eventually([&] { return Collected(*scanner).contains("mta_queue_messages{sendmail,mail,mqueue}"); }));
  const int64_t begin = Env::Posix().MonotonicNs();
  CHECK(!Collected(*scanner).contains("mta_queue_scan_success{postfix,mx}"));
  CHECK(Env::Posix().MonotonicNs() - begin < 5000 * kMs);
  scanner.reset();  // long before showq's time is up
  CHECK(Env::Posix().MonotonicNs() - begin < 9000 * kMs);
}

}  // namespace
}  // namespace mta
