#include "exporter/web/landing_page.h"

#include <nlohmann/json.hpp>

#include "catch.h"
#include "exporter/metrics/metric_store.h"
#include "exporter/web/delivery_summary.h"
#include "exporter/web/status_json.h"

namespace mta {
namespace {

constexpr double kNow = 1795486542;
constexpr PageHead kHead{.version = "1.2.3", .telemetry_path = "/metrics", .ready = true};

bool Has(const std::string& page, std::string_view text) {
  return page.find(text) != std::string::npos;
}

size_t Count(std::string_view page, std::string_view text) {
  size_t count = 0;
  for (size_t at = page.find(text); at != std::string_view::npos; at = page.find(text, at + 1)) ++count;
  return count;
}

std::shared_ptr<const View> SomeMail() {
  MetricStore store;
  const auto attempts = store.Add({.name = "mta_delivery_attempts_total",
                                   .help = "",
                                   .labels = {"mta", "source", "transport", "status", "hop"}});
  const auto failures = store.Add({.name = "mta_delivery_failures_total",
                                   .help = "",
                                   .labels = {"mta", "source", "transport", "status", "hop", "reason"}});
  const auto attempt = [&](auto source, auto transport, auto status, auto hop, uint64_t n) {
    store.Increment(store.Counter(attempts, {"postfix", source, transport, status, hop}), n);
  };
  const auto failure = [&](auto source, auto hop, auto reason, uint64_t n) {
    store.Increment(store.Counter(failures, {"postfix", source, "smtp", "deferred", hop, reason}), n);
  };
  attempt("mx1", "smtp", "sent", "final", 12000);
  attempt("mx1", "lmtp", "sent", "final", 345);
  attempt("mx1", "smtp", "sent", "internal", 7'000'000);
  attempt("mx1", "smtp", "deferred", "final", 60);
  attempt("mx1", "smtp", "bounced", "final", 5);
  attempt("mx2", "smtp", "sent", "final", 0);
  failure("mx1", "final", "greylisted", 40);
  failure("mx1", "final", "connection_timeout", 25);
  failure("mx1", "internal", "loop", 99);
  failure("mx1", "final", "policy", 0);
  return store.Freeze();
}

SourceStatus Mx1() {
  SourceStatus source;
  source.name = "mx1";
  source.mta = "postfix";
  source.file = "/var/log/mail.log";
  source.position_bytes = 12 << 20;
  source.lag_bytes = 512;
  source.parsed_lines = 900'000;
  source.ignored_lines = 99'000;
  source.unrecognized_lines = 1000;
  source.foreign_lines = 234;
  source.last_line_seconds = kNow - 12;
  return source;
}

TEST_CASE("deliveries are summed by source without the hops inside the host") {
  const auto mail = SummariseDeliveries(*SomeMail());
  REQUIRE(mail.size() == 1);
  const DeliverySummary& mx1 = mail.at("mx1");
  CHECK(mx1.sent == 12345);
  CHECK(mx1.deferred == 60);
  CHECK(mx1.bounced == 5);
  CHECK(mx1.mtas == std::vector<std::string>{"postfix"});
  CHECK(mx1.reasons ==
        std::vector<std::pair<std::string, uint64_t>>{{"greylisted", 40}, {"connection_timeout", 25}});
}

TEST_CASE("a source is shown with its figures and its mail") {
  const std::string page = RenderLandingPage(kHead, {SomeMail(), {Mx1()}}, kNow);
  for (const char* text :
       {"1.2.3", ">ready<", "mx1", "postfix", "/var/log/mail.log", "12 MiB", "512 B", "1,000,234", "99.9 %",
        "12 s ago", "2026-11-24 02:15:30 UTC", ">sent</dt><dd>12,345<small>99.5 %<",
        ">deferred</dt><dd>60<small>0.5 %<", ">bounced</dt><dd>5<small>0.1 %<",
        "--part:61%\">greylisted<b>40<", "--part:38%\">connection timeout<b>25<", ">reading<",
        "href=\"/metrics\"", "href=\"/-/ready\""}) {
    INFO(text);
    CHECK(Has(page, text));
  }
  CHECK_FALSE(Has(page, "class=\"warnings\""));
}

TEST_CASE("where the MTA is found line by line, those that were found are named") {
  SourceStatus source = Mx1();
  source.mta = "auto";
  CHECK(Has(RenderLandingPage(kHead, {SomeMail(), {source}}, kNow), "<span class=\"chip\">postfix</span>"));
  CHECK(Has(RenderLandingPage(kHead, {std::make_shared<View>(), {source}}, kNow),
            "<span class=\"chip\">auto</span>"));
}

TEST_CASE("trouble is seen") {
  SourceStatus warned = Mx1();
  warned.warnings = {"LogLevel 8 hides deferred mail"};
  CHECK(
      Has(RenderLandingPage(kHead, {SomeMail(), {warned}}, kNow), "<li>LogLevel 8 hides deferred mail</li>"));
  CHECK(Has(RenderLandingPage(kHead, {SomeMail(), {warned}}, kNow), ">warning<"));
  SourceStatus down = Mx1();
  down.up = false;
  CHECK(Has(RenderLandingPage(kHead, {SomeMail(), {down}}, kNow), ">cannot be read<"));
  SourceStatus behind = Mx1();
  behind.lag_bytes = 50 << 20;
  CHECK(Has(RenderLandingPage(kHead, {SomeMail(), {behind}}, kNow), ">behind<"));
}

TEST_CASE("what is wrong with the exporter as a whole stands above the sources") {
  PageHead head = kHead;
  head.warnings = {"the web configuration is wrong: <key>"};
  const std::string page = RenderLandingPage(head, {SomeMail(), {Mx1()}}, kNow);
  const size_t warning = page.find("<li>the web configuration is wrong: &lt;key&gt;</li>");
  REQUIRE(warning != std::string::npos);
  CHECK(warning < page.find("<article>"));
}

TEST_CASE("before the first line there is a page, too") {
  const std::string page = RenderLandingPage({.version = "1", .telemetry_path = "/m"}, {}, kNow);
  CHECK(Has(page, "No log is being followed yet"));
  CHECK(Has(page, ">starting<"));
  SourceStatus fresh;
  fresh.name = "new";
  const std::string first = RenderLandingPage(kHead, {std::make_shared<View>(), {fresh}}, kNow);
  CHECK(Has(first, "none yet"));
  CHECK(Has(first, "No delivery was seen yet."));
}

TEST_CASE("warnings about the exporter stand above all sources") {
  Publication publication{SomeMail(), {Mx1()}};
  publication.state.warning = "the state cannot be saved: No space left on device";
  const std::string page = RenderLandingPage(kHead, publication, kNow);
  const size_t warning = page.find("<li>the state cannot be saved: No space left on device</li>");
  CHECK(warning < page.find("<article>"));
}

TEST_CASE("the same as JSON") {
  SourceStatus source = Mx1();
  source.lines_per_second = 2.5;
  source.name = "m\xFFx";
  source.warnings = {"\"quoted\"\n"};
  Publication publication{SomeMail(), {Mx1(), source}};
  publication.state = {.kept = true, .last_save_seconds = kNow - 3, .warning = "disk full"};
  const auto json = nlohmann::json::parse(RenderStatusJson(kHead, publication, kNow));
  CHECK(json["version"] == "1.2.3");
  CHECK(json["ready"] == true);
  CHECK(json["state"]["kept"] == true);
  CHECK(json["state"]["last_save_timestamp_seconds"] == kNow - 3);
  CHECK(json["state"]["warning"] == "disk full");
  const auto& mx1 = json["sources"][0];
  CHECK(mx1["lines"]["parsed"] == 900'000);
  CHECK(mx1["recognised_share"] == Approx(0.999));
  CHECK(mx1["deliveries"]["sent"] == 12345);
  CHECK(mx1["last_line_timestamp_seconds"] == kNow - 12);
  CHECK(mx1["open_messages"].is_null());
  CHECK(json["sources"][1]["name"] == "m\xEF\xBF\xBDx");
  CHECK(json["sources"][1]["lines_per_second"] == 2.5);
  CHECK(json["sources"][1]["warnings"][0] == "\"quoted\"\n");
}

TEST_CASE("hostile names stay text") {
  const std::string evil = "\"><script src=//evil></script><img onerror='x'>\xFF\n";
  SourceStatus source = Mx1();
  source.name = source.mta = source.file = evil;
  source.warnings = {evil, evil};
  const PageHead head{.version = evil, .telemetry_path = evil, .ready = true};
  const std::string page = RenderLandingPage(head, {SomeMail(), {source}}, kNow);
  CHECK(Count(page, "<script") == 1);  // its own
  CHECK(Count(page, "<img") == 0);
  CHECK(Count(page, "\xFF") == 0);
  CHECK(Count(page, "&lt;script") == 7);
}

TEST_CASE("the page loads nothing from elsewhere and runs nothing but its own script") {
  const std::string page = RenderLandingPage(kHead, {SomeMail(), {Mx1()}}, kNow);
  for (const char* text : {"src=", "@import", "url(", "javascript:", " onload"}) CHECK_FALSE(Has(page, text));
  CHECK(Count(page, "http://") == Count(page, "http://www.w3.org/2000/svg"));
  CHECK(Count(page, "<article>") == Count(page, "</article>"));
  CHECK(Count(page, "<div") == Count(page, "</div>"));
}

}  // namespace
}  // namespace mta
