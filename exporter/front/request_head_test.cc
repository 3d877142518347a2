#include "exporter/front/request_head.h"

#include "catch.h"

namespace mta {
namespace {

using State = ParsedHead::State;

std::string Get(std::string_view headers, std::string_view line = "GET /metrics HTTP/1.1") {
  return std::string(line).append("\r\nHost: x\r\n").append(headers).append("\r\n");
}

TEST_CASE("what Prometheus, curl and browsers send is read") {
  const std::string bytes =
      Get("Accept: a/b;q=0.5\r\nUser-Agent: Prometheus/2.42.0\r\nACCEPT-encoding:gzip \r\nAccept: c/d\r\n"
          "Authorization: Basic eDp5\r\nX-Prometheus-Scrape-Timeout-Seconds: 10\r\n",
          "GET /metrics?name[]=x&y=%20 HTTP/1.1");
  const ParsedHead parsed = ParseHead(bytes + "GET /next");
  REQUIRE(parsed.state == State::kReady);
  CHECK(parsed.bytes == bytes.size());
  CHECK(parsed.head.method == "GET");
  CHECK(parsed.head.path == "/metrics");
  CHECK(parsed.head.accept == "a/b;q=0.5, c/d");
  CHECK(parsed.head.accept_encoding == "gzip");
  CHECK(parsed.head.authorization == "Basic eDp5");
  CHECK(parsed.head.keep_alive);
  for (size_t cut = 0; cut < bytes.size(); ++cut) {
    INFO(cut);
    CHECK(ParseHead(std::string_view(bytes).substr(0, cut)).state == State::kIncomplete);
  }
  CHECK(ParseHead("POST /-/reload HTTP/1.1\r\nHost:x\r\nContent-Length: 0\r\n\r\n").state == State::kReady);
}

TEST_CASE("a connection is kept as HTTP/1.1 has it") {
  CHECK_FALSE(ParseHead(Get("Connection: close\r\n")).head.keep_alive);
  CHECK_FALSE(ParseHead(Get("Connection: TE, Close\r\n")).head.keep_alive);
  CHECK(ParseHead(Get("Connection: closed\r\n")).head.keep_alive);
  const ParsedHead old = ParseHead("GET / HTTP/1.0\r\n\r\n");
  CHECK(old.state == State::kReady);
  CHECK_FALSE(old.head.keep_alive);
}

TEST_CASE("what could be read in two ways is refused") {
  const auto status = [](std::string_view bytes) {
    const ParsedHead parsed = ParseHead(bytes);
    return parsed.state == State::kRefused ? parsed.status : parsed.state == State::kReady ? 200 : 100;
  };
  const std::string nul("GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n", 28);
  for (const std::string& bad : {std::string("\r\n"),
                                 std::string("\n"),
                                 std::string("GET\r\n"),
                                 std::string("GET /\r\n"),
                                 std::string("GET  / HTTP/1.1\r\n"),
                                 std::string("GET / HTTP/1.1 \r\n"),
                                 std::string("GET / HTTP/1.1\n"),
                                 std::string("GET\t/ HTTP/1.1\r\n"),
                                 std::string("GET * HTTP/1.1\r\n"),
                                 std::string("GET http://x/metrics HTTP/1.1\r\n"),
                                 std::string("G@T / HTTP/1.1\r\n"),
                                 std::string("GET /\x7f HTTP/1.1\r\n"),
                                 std::string("GET /\xc3\xa9 HTTP/1.1\r\n"),
                                 std::string("GET /a#b HTTP/1.1\r\n"),
                                 std::string("GET /a\\b HTTP/1.1\r\n"),
                                 nul,
                                 std::string("GET / FTP/1.1\r\n"),
                                 std::string("AAAAAAAAAAAAAAAAAAAAA / HTTP/1.1\r\n"),
                                 Get(" folded\r\n"),
                                 Get("A: b\r\n c\r\n"),
                                 Get("A : b\r\n"),
                                 Get(": b\r\n"),
                                 Get("A\r\n"),
                                 Get("A: b\x01\r\n"),
                                 Get("A: \xff\r\n"),
                                 Get("A: b\n"),
                                 Get("A: b\rC: d\r\n"),
                                 Get("Host: y\r\n"),
                                 std::string("GET / HTTP/1.1\r\n\r\n"),
                                 Get("Content-Length: 0\r\nContent-Length: 0\r\n"),
                                 Get("Content-Length: +0\r\n"),
                                 Get("Content-Length: 0, 0\r\n"),
                                 Get("Content-Length: \r\n"),
                                 Get("Authorization: a\r\nAuthorization: b\r\n")}) {
    INFO(bad);
    CHECK(status(bad) == 400);
  }
  CHECK(status(Get("Content-Length: 5\r\n")) == 413);
  CHECK(status(Get("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")) == 413);
  CHECK(status(Get("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n")) == 501);
  CHECK(status(Get("transfer-encoding: identity\r\n")) == 501);
  CHECK(status(Get("Expect: 100-continue\r\n")) == 417);
  CHECK(status("GET / HTTP/2.0\r\n") == 505);
}

TEST_CASE("a head has an end") {
  CHECK(ParseHead("GET /" + std::string(kMaxHeadBytes, 'a')).status == 431);
  CHECK(ParseHead(std::string(kMaxHeadBytes - 1, 'a')).state == State::kIncomplete);
  std::string many;
  for (int i = 0; i < 200; ++i) many += "A: b\r\n";
  CHECK(ParseHead(Get(many)).status == 431);
  CHECK(ParseHead(Get("A: " + std::string(kMaxHeadBytes, 'b') + "\r\n")).status == 431);
}

TEST_CASE("a plain path is the same for everybody") {
  for (const char* plain : {"/", "/metrics", "/-/ready", "/api/v1/status", "/a/b_c.d~e"})
    CHECK(IsPlainPath(plain));
  for (const char* other :
       {"", "metrics", "//", "//metrics", "/metrics//", "/./metrics", "/../metrics", "/metrics/..",
        "/metrics/.", "/%6detrics", "/metrics%00", "/metrics;x", "/a b", "/metrics\\..", "/.metrics"})
    CHECK_FALSE(IsPlainPath(other));
}

}  // namespace
}  // namespace mta
