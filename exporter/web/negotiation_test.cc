#include "exporter/web/negotiation.h"

#include "catch.h"

namespace mta {
namespace {

constexpr std::string_view kText = "text/plain; version=0.0.4; charset=utf-8";
constexpr std::string_view kOpenMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";

TEST_CASE("Prometheus 2 and 3 get OpenMetrics, and hear of the escaping if they ask") {
  const auto two = ChooseFormat(
      "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
      "text/plain;version=0.0.4;q=0.5,*/*;q=0.1");
  CHECK(two.format == TextFormat::kOpenMetrics);
  CHECK(two.content_type == kOpenMetrics);
  const auto three = ChooseFormat(
      "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
      "application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,"
      "text/plain;version=0.0.4;q=0.2,*/*;q=0.1");
  CHECK(three.content_type == std::string(kOpenMetrics) + "; escaping=allow-utf-8");
  const auto text_only =
      ChooseFormat("text/plain;version=1.0.0;escaping=underscores;q=0.3,text/plain;version=0.0.4;q=0.2");
  CHECK(text_only.format == TextFormat::kPrometheus);
  CHECK(text_only.content_type == "text/plain; version=1.0.0; charset=utf-8; escaping=underscores");
}

TEST_CASE("the q-values decide, and OpenMetrics must be asked for by name") {
  for (const char* accept :
       {"", "*/*", "text/plain", "text/html,application/xhtml+xml,*/*;q=0.8", "application/json", "nonsense",
        "application/openmetrics-text;q=0.4,text/plain;q=0.5", "application/openmetrics-text;q=0.1,*/*",
        "application/openmetrics-text;q=0", "application/openmetrics-text;version=2.0.0",
        "application/openmetrics-text;q=7", "application/openmetrics-text;q=x", ";;;,,,=;q=,",
        "application/openmetrics-text;q=1e0"}) {
    INFO(accept);
    CHECK(ChooseFormat(accept).content_type == kText);
  }
  for (const char* accept :
       {"application/openmetrics-text", "application/openmetrics-text; version=\"1.0.0\"",
        "APPLICATION/OpenMetrics-Text ; Q=0.5 , text/plain;q=0.25",
        "text/plain;q=0,application/openmetrics-text",
        "*/*;q=0.5,\tapplication/openmetrics-text;version=1.0.0;q=0.500",
        "text/plain,application/openmetrics-text"}) {
    INFO(accept);
    CHECK(ChooseFormat(accept).content_type == kOpenMetrics);
  }
  CHECK(ChooseFormat("application/openmetrics-text;version=0.0.1").content_type ==
        "application/openmetrics-text; version=0.0.1; charset=utf-8");
}

TEST_CASE("an escaping that nobody knows is not repeated") {
  CHECK(ChooseFormat("application/openmetrics-text;escaping=x\r\nX: y").content_type == kOpenMetrics);
}

TEST_CASE("gzip where it is wanted at least as much as plain text") {
  for (const char* yes : {"gzip", "gzip, deflate", "deflate, GZIP;q=0.5", "*", "x-gzip", "gzip;q=0.001",
                          "br;q=1.0, gzip;q=0.8, *;q=0.1", "gzip;q=1.0, identity; q=0.5, *;q=0"}) {
    INFO(yes);
    CHECK(WantsGzip(yes));
  }
  for (const char* no : {"", "identity", "gzip;q=0", "deflate", "gzip;q=0, *", "*;q=0",
                         "gzip;q=0.5, identity", "identity;q=1, *;q=0.5", "gzip;q=nonsense", "gzipped"}) {
    INFO(no);
    CHECK_FALSE(WantsGzip(no));
  }
}

}  // namespace
}  // namespace mta
