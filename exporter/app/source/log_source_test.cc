// From lines to cells: what the pipeline adds to its parts.
#include "exporter/app/source/log_source.h"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <new>
#include <sstream>

#include "catch.h"
#include "exporter/tail/line_cutter.h"
#include "exporter/web/exposition.h"
#include "exporter/web/text_serializer.h"

namespace {
size_t g_allocations = 0;  // the test's own: counted while one thread runs
}  // namespace

void* operator new(size_t size) {
  ++g_allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void* operator new(size_t size, const std::nothrow_t&) noexcept {  // std::stable_sort's
  ++g_allocations;
  return std::malloc(size);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, size_t) noexcept {
  std::free(memory);
}

namespace mta {
namespace {

std::string Sample(const std::string& name) {
  std::ifstream file(std::string(MTA_SOURCE_DIR) + "/collectors/" + name, std::ios::binary);
  REQUIRE(file.good());
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

struct Scan {
  explicit Scan(const std::string& mta) {
    LogSourceOptions options;
    options.mta = mta;
    auto made = LogSource::Make(store, std::move(options));
    REQUIRE(made);
    source = std::move(*made);
    source->reader().SetYear(2026);
  }
  void Feed(std::string_view bytes) { cutter.Feed(bytes, *source); }
  std::string Text() {
    source->Refresh();
    return FastTextSerializer().Serialize(ViewCollectable(store.Freeze()).Collect());
  }
  uint64_t Lines(Verdict verdict) const { return source->metrics().lines(verdict); }

  MetricStore store;
  std::unique_ptr<LogSource> source;
  LineCutter cutter;
};

TEST_CASE("an unknown mta is refused, naming those there are") {
  MetricStore store;
  LogSourceOptions options;
  options.mta = "exim";
  const auto made = LogSource::Make(store, std::move(options));
  REQUIRE_FALSE(made);
  CHECK(made.error().message == "unknown mta \"exim\": it is one of auto, postfix, qmail, sendmail");
}

TEST_CASE("no allocation per line once warm") {
  for (const auto& [mta, file] : {std::pair{"postfix", "postfix/samples/bounced_stages.log"},
                                  {"postfix", "postfix/samples/sasl.log"},
                                  {"postfix", "postfix/samples/postscreen.log"},
                                  {"sendmail", "sendmail/samples/02_remote_errors.log"},
                                  {"qmail", "qmail/samples/02_remote_failures/tai64nlocal.log"}}) {
    const std::string log = Sample(file);
    Scan scan(mta);
    for (int pass = 0; pass < 4; ++pass)
      scan.Feed(log);  // destinations get their series at the third recipient
    const size_t before = g_allocations;
    scan.Feed(log);
    CHECK(g_allocations - before == 0);
  }
}

TEST_CASE("one log of all three MTAs: each line goes to its own, the rest is foreign") {
  Scan scan("auto");
  for (const char* file : {"postfix/samples/sasl.log", "sendmail/samples/01_sent_basic.log",
                           "qmail/samples/01_basic/syslog/maillog"}) {
    scan.Feed(Sample(file));
  }
  const uint64_t foreign = scan.Lines(Verdict::kForeign);
  for (const char* tag :
       {"dovecot: imap-login: Login: user=<a>", "opendkim[7]: 4F1A2B3C4D: DKIM-Signature field added",
        "rspamd[9]: <abc>; task; stat=Sent", "su[1]: pam_unix(su:session): session opened"}) {
    scan.Feed(std::string("Nov 22 10:00:00 mx ") + tag + "\n");
  }
  CHECK(scan.Lines(Verdict::kForeign) == foreign + 4);
  const std::string text = scan.Text();
  for (const char* mta : {"postfix", "sendmail", "qmail"}) {
    CHECK(text.find(std::string("mta_messages_received_total{mta=\"") + mta) != std::string::npos);
  }
}

TEST_CASE("what can be known is there with 0: at once where the mta is named, else from its first line on") {
  CHECK(Scan("postfix").Text().find("mta_messages_expired_total{mta=\"postfix\",source=\"default\"} 0") !=
        std::string::npos);
  Scan automatic("auto");
  CHECK(automatic.Text().find("mta_messages_expired_total{") == std::string::npos);
  automatic.Feed("Nov 22 10:00:00 mx postfix/smtpd[1]: connect from a[192.0.2.1]\n");
  CHECK(automatic.Text().find("mta_messages_expired_total{mta=\"postfix\",source=\"default\"} 0") !=
        std::string::npos);
}

TEST_CASE("a repeated line happens as often as it says, and is one line") {
  Scan scan("postfix");
  scan.Feed(
      "Nov 22 10:00:00 mx postfix/smtpd[1]: connect from a[192.0.2.1]\n"
      "Nov 22 10:00:01 mx postfix/smtpd[1]: message repeated 4 times: [ connect from a[192.0.2.1]]\n"
      "Nov 22 10:00:02 mx last message repeated 2 times\n");
  CHECK(scan.Text().find("mta_connections_total{mta=\"postfix\",source=\"default\",listener=\"smtpd\"} 7") !=
        std::string::npos);
  CHECK(scan.Lines(Verdict::kParsed) == 3);
}

TEST_CASE("a line over the limit counts once, as unrecognized and oversized") {
  Scan scan("postfix");
  scan.Feed(std::string(1 << 20, 'x') + "\n");
  CHECK(scan.Lines(Verdict::kUnrecognized) == 1);
  CHECK(scan.Text().find("mta_exporter_log_oversized_lines_total{source=\"default\"} 1") !=
        std::string::npos);
}

TEST_CASE("a destination gets its series at its third delivered recipient; what came before stays in other") {
  Scan scan("postfix");
  const auto deliver = [&](const char* domain) {
    scan.Feed(fmt::format(
        "Nov 22 10:00:00 mx postfix/smtp[1]: 4F1A2B3C4D: to=<u@{}>, relay=r[192.0.2.1]:25, delay=1, "
        "delays=0/0/0/1, dsn=2.0.0, status=sent (ok)\n",
        domain));
  };
  for (const char* domain : {"A.example.", "a.EXAMPLE", "a.example", "a.example", "[192.0.2.7]"})
    deliver(domain);
  const std::string text = scan.Text();
  CHECK(text.find("destination=\"a.example\",status=\"sent\"} 2") != std::string::npos);
  CHECK(text.find("destination=\"other\",status=\"sent\"} 3") != std::string::npos);
}

}  // namespace
}  // namespace mta
