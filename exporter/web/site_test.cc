#include "exporter/web/site.h"

#include <thread>

#include "catch.h"
#include "exporter/base/test_client.h"
#include "exporter/metrics/metric_store.h"
#include "exporter/web/exposition.h"

namespace mta {
namespace {

struct RunningSite {
  explicit RunningSite(SiteOptions options = {"/metrics", "1.2.3", "abc"})
      : site(std::move(options), publisher, Env::Posix()) {
    server = std::move(HttpServer::Start({}, site.Routes(), Env::Posix()).value());
    port = server->port();
  }
  Publisher publisher;
  Site site;
  std::unique_ptr<HttpServer> server;
  uint16_t port = 0;
};

bool Has(const Answer& answer, std::string_view text) {
  return (answer.head + answer.body).find(text) != std::string::npos;
}

TEST_CASE("metrics are those last published, with the exporter's own") {
  RunningSite running;
  MetricStore store;
  const CounterId counter = store.Counter(store.Add({.name = "mta_attempts_total", .help = "Attempts."}), {});
  store.Increment(counter, 3);
  running.publisher.Publish({.view = store.Freeze()});
  store.Increment(counter, 4);  // not published yet

  const Answer answer = Ask(running.port, "GET", "/metrics");
  CHECK(answer.status == 200);
  CHECK(Has(answer, "\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
  CHECK(Has(answer, "\nmta_attempts_total 3\n"));
  CHECK(Has(answer, "\nmta_exporter_build_info{version=\"1.2.3\",revision=\"abc\",compiler=\""));
  CHECK(Has(answer, "\nmta_exporter_scrape_duration_seconds 0\n"));  // there was none before
  CHECK(Has(answer, "\nprocess_resident_memory_bytes "));
  CHECK_FALSE(Has(Ask(running.port, "GET", "/metrics"), "\nmta_exporter_scrape_duration_seconds 0\n"));

  running.publisher.Publish({.view = store.Freeze()});
  CHECK(Has(Ask(running.port, "GET", "/metrics"), "\nmta_attempts_total 7\n"));
}

TEST_CASE("before the first publication the process can be watched already") {
  RunningSite running;
  const Answer answer = Ask(running.port, "GET", "/metrics");
  CHECK(answer.status == 200);
  CHECK(Has(answer, "process_start_time_seconds"));
}

TEST_CASE("healthy always, ready when told") {
  RunningSite running;
  CHECK(Ask(running.port, "GET", "/-/healthy").status == 200);
  CHECK(Ask(running.port, "GET", "/-/ready").status == 503);
  running.site.SetReady(true);
  CHECK(Ask(running.port, "GET", "/-/ready").status == 200);
  running.site.SetReady(false);
  CHECK(Ask(running.port, "HEAD", "/-/ready").status == 503);
}

TEST_CASE("the page is HTML that may run nothing") {
  RunningSite running;
  SourceStatus source;
  source.name = "mx1";
  running.publisher.Publish({std::make_shared<View>(), {source}});
  const Answer answer = Ask(running.port, "GET", "/");
  CHECK(answer.status == 200);
  CHECK(Has(answer, "\r\nContent-Type: text/html; charset=utf-8\r\n"));
  CHECK(Has(answer, "\r\nContent-Security-Policy: default-src 'none'"));
  CHECK(Has(answer, "mx1"));
  CHECK(Ask(running.port, "HEAD", "/").body.empty());
}

TEST_CASE("metrics come as the client wants them") {
  RunningSite running;
  const Answer open = Ask(running.port, "GET", "/metrics", "Accept: application/openmetrics-text\r\n");
  CHECK(Has(open, "\r\nContent-Type: application/openmetrics-text; version=1.0.0; charset=utf-8\r\n"));
  CHECK(Has(open, "\r\nVary: Accept, Accept-Encoding\r\n"));
  CHECK(Has(open, "# TYPE process_cpu_seconds counter\nprocess_cpu_seconds_total "));
  CHECK(open.body.ends_with("\n# EOF\n"));
  const Answer packed = Ask(running.port, "GET", "/metrics", "Accept-Encoding: gzip\r\n");
  CHECK(Has(packed, "\r\nContent-Encoding: gzip\r\n"));
  CHECK(packed.body.starts_with("\x1f\x8b"));
  CHECK(Has(packed, "\r\nContent-Length: " + std::to_string(packed.body.size()) + "\r\n"));
  CHECK_FALSE(Has(Ask(running.port, "GET", "/metrics"), "Content-Encoding"));
}

TEST_CASE("metrics of others are exposed with its own") {
  MetricStore queues;
  queues.Counter(queues.Add({.name = "mta_queue_scans_total", .help = "Scans."}), {});
  const ViewCollectable queue(queues.Freeze());
  SiteOptions options;
  options.more = {&queue};
  RunningSite running(std::move(options));
  CHECK(Has(Ask(running.port, "GET", "/metrics"), "\nmta_queue_scans_total 0\n"));
}

TEST_CASE("reload is there only where there is something to reload, for POST only, and tells what failed") {
  RunningSite without;
  CHECK(Ask(without.port, "POST", "/-/reload").status == 404);
  int reloads = 0;
  SiteOptions options;
  options.reload = [&]() -> Outcome {
    if (++reloads == 1) return {};
    return Fail("mta.yml:3:1: unknown key");
  };
  RunningSite with(std::move(options));
  CHECK(Ask(with.port, "GET", "/-/reload").status == 405);
  CHECK(Has(Ask(with.port, "HEAD", "/-/reload"), "\r\nAllow: POST\r\n"));
  CHECK(reloads == 0);
  CHECK(Ask(with.port, "POST", "/-/reload").status == 200);
  const Answer failed = Ask(with.port, "POST", "/-/reload");
  CHECK(failed.status == 500);
  CHECK(failed.body == "mta.yml:3:1: unknown key\n");
}

TEST_CASE("the path of the metrics can be another") {
  RunningSite other({"/mail/metrics", "1", ""});
  CHECK(Has(Ask(other.port, "GET", "/mail/metrics"), "process_cpu_seconds_total"));
  CHECK(Ask(other.port, "GET", "/metrics").status == 404);
  CHECK(Has(Ask(other.port, "GET", "/"), "href=\"/mail/metrics\""));
  RunningSite root({"/", "1", ""});
  CHECK(Has(Ask(root.port, "GET", "/"), "process_cpu_seconds_total"));
}

TEST_CASE("scrapes and publications at once: every answer is one publication") {
  RunningSite running;
  MetricStore store;
  const CounterId a = store.Counter(store.Add({.name = "mta_a_total", .help = ""}), {});
  const CounterId b = store.Counter(store.Add({.name = "mta_b_total", .help = ""}), {});
  running.publisher.Publish({.view = store.Freeze()});
  std::atomic<int> wrong = 0;
  std::vector<std::thread> scrapers;
  for (int i = 0; i < 4; ++i) {
    scrapers.emplace_back([&] {
      for (int n = 0; n < 50; ++n) {
        const std::string body = Ask(running.port, "GET", "/metrics").body;
        const auto value = [&](std::string_view name) {
          const size_t at = body.find(name);
          return at == std::string::npos ? -1 : std::stol(body.substr(at + name.size()));
        };
        const long of_a = value("\nmta_a_total ");
        if (of_a < 0 || of_a != value("\nmta_b_total ")) ++wrong;
      }
    });
  }
  for (int i = 0; i < 2000; ++i) {
    store.Increment(a);
    store.Increment(b);
    running.publisher.Publish({.view = store.Freeze()});
  }
  for (std::thread& scraper : scrapers) scraper.join();
  CHECK(wrong == 0);
}

}  // namespace
}  // namespace mta
