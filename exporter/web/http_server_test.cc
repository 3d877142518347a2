#include "exporter/web/http_server.h"

#include <atomic>
#include <chrono>
#include <new>
#include <thread>

#include "catch.h"
#include "exporter/base/test_client.h"

namespace mta {
namespace {

HttpRoutes TestRoutes() {
  HttpRoutes routes;
  routes["/metrics"].handler = [](const HttpRequest& request) {
    HttpResponse response;
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    response.body = "accepts " + std::string(request.Header("Accept")) + "\n";
    return response;
  };
  routes["/large"].handler = [](const HttpRequest&) {
    HttpResponse response;
    response.body = std::string(8 << 20, 'x');
    return response;
  };
  routes["/bad_alloc"].handler = [](const HttpRequest&) -> HttpResponse { throw std::bad_alloc(); };
  routes["/throws"].handler = [](const HttpRequest&) -> HttpResponse { throw 7; };
  return routes;
}

std::unique_ptr<HttpServer> MustStart(std::string secret = "") {
  HttpOptions options;
  options.secret = std::move(secret);
  auto server = HttpServer::Start(options, TestRoutes(), Env::Posix());
  if (!server) throw std::runtime_error(server.error().message);
  return std::move(*server);
}

TEST_CASE("a GET is answered with all headers a scraper wants") {
  const auto server = MustStart();
  const uint16_t port = server->port();
  REQUIRE(port != 0);
  const Answer answer = Ask(port, "GET", "/metrics", "Accept: text/x\r\n");
  CHECK(answer.status == 200);
  CHECK(answer.body == "accepts text/x\n");
  CHECK(answer.head.find("\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n") !=
        std::string::npos);
  CHECK(answer.head.find("\r\nContent-Length: 15\r\n") != std::string::npos);
  CHECK(answer.head.find("\r\nConnection: close\r\n") != std::string::npos);
  CHECK(answer.head.find("\r\nDate: ") != std::string::npos);
  CHECK(Ask(port, "GET", "/metrics?name=x").status == 200);
}

TEST_CASE("a HEAD has the same head and no body") {
  const auto server = MustStart();
  const uint16_t port = server->port();
  const Answer answer = Ask(port, "HEAD", "/metrics");
  CHECK(answer.status == 200);
  CHECK(answer.body.empty());
  CHECK(answer.head.find("\r\nContent-Length: 9\r\n") != std::string::npos);
}

TEST_CASE("other methods are refused and told which are not") {
  const auto server = MustStart();
  const uint16_t port = server->port();
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND"}) {
    INFO(method);
    const Answer answer = Ask(port, method, "/metrics", "Content-Length: 0\r\n");
    CHECK(answer.status == 405);
    CHECK(answer.head.find("\r\nAllow: GET, HEAD\r\n") != std::string::npos);
  }
  // A cross-origin preflight is no way around it.
  CHECK(
      Ask(port, "OPTIONS", "/metrics", "Origin: http://a\r\nAccess-Control-Request-Method: PUT\r\n").status ==
      405);
}

TEST_CASE("paths match exactly") {
  const auto server = MustStart();
  const uint16_t port = server->port();
  for (const char* path : {"/", "/metric", "/metricsx", "/metrics/", "/metrics/x", "/Metrics",
                           "/../etc/passwd", "/%2e%2e/etc/passwd", "/metrics.", "/./metrics"}) {
    INFO(path);
    CHECK(Ask(port, "GET", path).status == 404);
  }
}

TEST_CASE("nonsense is survived") {
  const auto server = MustStart();
  const uint16_t port = server->port();
  for (const std::string& bytes :
       {std::string("\r\n\r\n"), std::string("GET\r\n\r\n"), std::string("BREW /metrics HTTP/1.1\r\n\r\n"),
        std::string("GET /metrics HTTP/9.9\r\n\r\n"),
        std::string("GET /") + std::string(100'000, 'a') + " HTTP/1.1\r\n\r\n",
        std::string("GET /\0 HTTP/1.1\r\n\r\n", 19),
        std::string("\x16\x03\x01\x02\x00\x01", 6) + std::string(200, '\xFF') + "\r\n\r\n"}) {
    TestConnection connection(port);
    try {
      connection.Send(bytes);
      const std::string answer = connection.Receive();
      CHECK(answer.find("HTTP/1.1 200") == std::string::npos);
    } catch (const std::runtime_error&) {  // a reset is an answer, too
    }
  }
  CHECK(Ask(port, "GET", "/metrics").status == 200);
}

TEST_CASE("fifty clients at once all get their answer") {
  const auto server = MustStart();
  const uint16_t port = server->port();
  std::atomic<int> right = 0;
  std::vector<std::thread> clients;
  for (int i = 0; i < 50; ++i) {
    clients.emplace_back([&, i] {
      for (int n = 0; n < 4; ++n) {
        const std::string word = std::to_string(i * 100 + n);
        try {
          if (Ask(port, "GET", "/metrics", "Accept: " + word + "\r\n").body == "accepts " + word + "\n")
            ++right;
        } catch (const std::runtime_error&) {
        }
      }
    });
  }
  for (std::thread& client : clients) client.join();
  CHECK(right == 200);
}

TEST_CASE("an answer of megabytes arrives whole") {
  const auto server = MustStart();
  CHECK(Ask(server->port(), "GET", "/large").body.size() == 8 << 20);
}

TEST_CASE("a handler that throws is a 500, and the server lives") {
  const auto server = MustStart();
  const uint16_t port = server->port();
  for (const char* path : {"/bad_alloc", "/throws"}) {
    INFO(path);
    const Answer answer = Ask(port, "GET", path);
    CHECK(answer.status == 500);
    CHECK(answer.head.find("\r\nContent-Length: " + std::to_string(answer.body.size()) + "\r\n") !=
          std::string::npos);
    const Answer head = Ask(port, "HEAD", path);
    CHECK(head.status == 500);
    CHECK(head.body.empty());
    CHECK(head.head == answer.head);
  }
  CHECK(Ask(port, "GET", "/metrics").status == 200);
}

TEST_CASE("who does not know the secret gets nothing") {
  const auto server = MustStart("5ecret");
  for (const char* wrong : {"", "X-Mta-Exporter-Secret: 5ecre\r\n", "X-Mta-Exporter-Secret: 5ecret1\r\n",
                            "X-Mta-Exporter-Secret: 5ecreT\r\n"}) {
    INFO(wrong);
    const Answer answer = Ask(server->port(), "GET", "/metrics", wrong);
    CHECK(answer.status == 403);
    CHECK(answer.body.find("accepts") == std::string::npos);
  }
  CHECK(Ask(server->port(), "GET", "/metrics", "X-Mta-Exporter-Secret: 5ecret\r\nConnection: close\r\n")
            .status == 200);
}

TEST_CASE("a connection that knows the secret is kept, whoever else comes") {
  const auto server = MustStart("5ecret");
  TestConnection front(server->port());
  const std::string request = "GET /metrics HTTP/1.1\r\nHost: x\r\nX-Mta-Exporter-Secret: 5ecret\r\n\r\n";
  front.Send(request);
  CHECK(front.ReceiveUntil("accepts \n").starts_with("HTTP/1.1 200"));
  std::vector<std::unique_ptr<TestConnection>> idle;
  for (int i = 0; i < 100; ++i) {  // more than there are threads
    idle.push_back(std::make_unique<TestConnection>(server->port()));
    if (i % 2 == 0) idle.back()->Send("GET /metrics HTTP/1.1\r\nX: ");
  }
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 10; ++i) {
    front.Send(request);
    CHECK(front.ReceiveUntil("accepts \n").starts_with("HTTP/1.1 200"));
  }
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::milliseconds(800));
}

TEST_CASE("stopping is quick and frees the port") {
  for (int round = 0; round < 3; ++round) {
    auto server = MustStart();
    const uint16_t port = server->port();
    CHECK(Ask(port, "GET", "/metrics").status == 200);
    const auto start = std::chrono::steady_clock::now();
    server.reset();
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::milliseconds(1500));
    CHECK_THROWS(TestConnection(port));
  }
}

}  // namespace
}  // namespace mta
