// HttpServer: answers HTTP/1.1, on CivetWeb.
//
// A route is an exact path, its method and the function that answers it; other paths get 404, other methods
// 405. Handlers
// run on several threads at once and must be safe for that; they get only what is const or synchronised. What
// a client sends is never trusted and never logged.
//
// It listens on a loopback port of the kernel's choice, for the front (exporter/front), which is what the
// world sees: it does TLS and passwords and keeps slow and malformed clients away.  So that nobody on this
// host goes around it, requests are answered only if they bear a secret that the two share.  The front's few
// connections are kept alive, each holding a thread; so others cannot starve them.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "exporter/base/env.h"
#include "exporter/base/result.h"

struct mg_connection;
struct mg_context;

namespace mta {

// Borrowed from the connection, during the call.
struct HttpRequest {
  std::string_view path;
  const mg_connection* connection = nullptr;
  // A request header's value, "" where it was not sent.
  std::string_view Header(const char* name) const;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers = {};  // besides type, length and date
};

using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;
enum class HttpMethod { kGet, kPost };  // HEAD goes with GET
struct HttpRoute {
  HttpHandler handler;
  HttpMethod method = HttpMethod::kGet;
};
using HttpRoutes = std::map<std::string, HttpRoute, std::less<>>;

struct HttpOptions {
  std::string secret = {};        // what kSecretHeader must say; empty, in tests: anything
  int threads = 16;               // one that waits holds some 5 KiB
  int queue = 16;                 // connections that wait for a thread; further ones wait in the kernel
  int request_timeout_ms = 1000;  // to send a whole request, and to take the next part of the answer
};

class HttpServer {
 public:
  static constexpr const char* kSecretHeader = "X-Mta-Exporter-Secret";

  // Sets SIGPIPE and SIGCHLD to be ignored (CivetWeb does); its threads take no signals.
  static Result<std::unique_ptr<HttpServer>> Start(const HttpOptions& options, HttpRoutes routes, Env& env);

  // Waits for answers under way; at most 2 s where a connection is open, else some ten milliseconds.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  uint16_t port() const { return port_; }  // on 127.0.0.1

 private:
  HttpServer(std::string secret, HttpRoutes routes, Env& env)
      : secret_(std::move(secret)),
        routes_(std::move(routes)),
        env_(env),
        starter_(std::this_thread::get_id()) {}
  Outcome Listen(const HttpOptions& options);
  bool KnowsTheSecret(const HttpRequest& request) const;
  HttpResponse Answer(std::string_view method, const HttpRequest& request) const;
  void Send(mg_connection* connection, const HttpResponse& response, bool with_body, bool keep) const;
  // CivetWeb's callbacks.  It is C: no exception leaves them.
  static int BeginRequest(mg_connection* connection) noexcept;
  static int SendError(mg_connection* connection, int status, const char* reason) noexcept;  // not HTTP
  static int TakeMessage(const mg_connection* connection, const char* message) noexcept;

  const std::string secret_;
  const HttpRoutes routes_;
  Env& env_;
  const std::thread::id starter_;
  std::string first_message_;  // CivetWeb's own words on why it does not start; the starter's
  uint16_t port_ = 0;
  mg_context* context_ = nullptr;
};

}  // namespace mta
