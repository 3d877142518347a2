#include "exporter/web/http_server.h"

#include <arpa/inet.h>
#include <civetweb.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <openssl/crypto.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <ctime>
#include <thread>

namespace mta {
namespace {

// No signal reaches threads that are started while one of these exists.
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

std::string HttpDate(std::time_t now) {
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 64> text;
  return {text.data(), std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc)};
}

std::string Head(const HttpResponse& response, std::string_view reason, std::time_t now, bool keep) {
  std::string head = fmt::format(
      "HTTP/1.1 {} {}\r\nDate: {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n"
      "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n{}",
      response.status, reason, HttpDate(now), response.content_type, response.body.size(),
      keep ? "" : "Connection: close\r\n");
  for (const auto& [name, value] : response.headers) head.append(name).append(": ").append(value) += "\r\n";
  return head += "\r\n";
}

HttpResponse NotForYou() {
  return {403, "text/plain; charset=utf-8",
          "403 this port is the exporter's own; ask at its listen address\n"};
}

// In ms; CivetWeb wants a number.  The front's connections last as long as the server.
constexpr const char* kForever = "2000000000";

// What is answered where making an answer threw, as for want of memory: made before, without a Date.
constexpr std::string_view kFailureHead =
    "HTTP/1.1 500 Internal Server Error\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 30\r\n"
    "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n";
constexpr std::string_view kFailureBody = "500 the answer cannot be made\n";

void SendFailure(mg_connection* connection, bool with_body) noexcept {
  mg_disable_connection_keep_alive(connection);
  mg_write(connection, kFailureHead.data(), kFailureHead.size());
  if (with_body) mg_write(connection, kFailureBody.data(), kFailureBody.size());
}

// Connects and hangs up.
void Knock(uint16_t port) {
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(port);
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return;
  (void)connect(fd, reinterpret_cast<const sockaddr*>(&where), sizeof where);
  close(fd);
}

// CivetWeb looks whether it shall stop only when a connection comes, or every two seconds: so connections
// come.
void StopQuickly(mg_context* context, uint16_t port) {
  const SignalsBlocked while_knocking;
  std::atomic<bool> stopped = false;
  std::thread knocker([&] {
    while (!stopped) {
      Knock(port);
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  });
  mg_stop(context);
  stopped = true;
  knocker.join();
}

}  // namespace

std::string_view HttpRequest::Header(const char* name) const {
  const char* const value = mg_get_header(connection, name);
  return value != nullptr ? value : "";
}

Result<std::unique_ptr<HttpServer>> HttpServer::Start(const HttpOptions& options, HttpRoutes routes,
                                                      Env& env) {
  std::unique_ptr<HttpServer> server(new HttpServer(options.secret, std::move(routes), env));
  if (Outcome listening = server->Listen(options); !listening) return tl::unexpected(listening.error());
  return server;
}

Outcome HttpServer::Listen(const HttpOptions& options) {
  const std::string threads = std::to_string(options.threads);
  const std::string queue = std::to_string(options.queue);
  const std::string timeout = std::to_string(options.request_timeout_ms);
  // clang-format off
  const char* settings[] = {"listening_ports", "127.0.0.1:0",
                            "num_threads", threads.c_str(),
                            "connection_queue", queue.c_str(),
                            "request_timeout_ms", timeout.c_str(),
                            "enable_keep_alive", "yes",
                            "keep_alive_timeout_ms", kForever,
                            "tcp_nodelay", "1",
                            nullptr};
  // clang-format on
  mg_callbacks callbacks{};
  callbacks.begin_request = &HttpServer::BeginRequest;
  callbacks.http_error = &HttpServer::SendError;
  callbacks.log_message = &HttpServer::TakeMessage;
  mg_init_data init{&callbacks, this, settings};
  std::array<char, 256> text{};
  mg_error_data error{};  // its error codes differ between 1.15 and 1.16: only the text is asked for
  error.text = text.data();
  error.text_buffer_size = text.size();

  mg_init_library(0);
  const SignalsBlocked while_threads_start;
  context_ = mg_start2(&init, &error);
  if (context_ == nullptr) {
    return Fail("cannot serve HTTP on a loopback port: " +
                (first_message_.empty() ? std::string(text.data()) : first_message_));
  }
  mg_server_port bound[2] = {};
  if (mg_get_server_ports(context_, 2, bound) > 0) port_ = static_cast<uint16_t>(bound[0].port);
  return {};
}

HttpServer::~HttpServer() {
  if (context_ != nullptr) StopQuickly(context_, port_);
  mg_exit_library();
}

bool HttpServer::KnowsTheSecret(const HttpRequest& request) const {
  const std::string_view said = request.Header(kSecretHeader);
  return secret_.empty() ||
         (said.size() == secret_.size() && CRYPTO_memcmp(said.data(), secret_.data(), said.size()) == 0);
}

HttpResponse HttpServer::Answer(std::string_view method, const HttpRequest& request) const {
  const auto route = routes_.find(request.path);
  if (route == routes_.end())
    return {404, "text/plain; charset=utf-8", "404 no such page; / lists what there is\n"};
  const bool post = route->second.method == HttpMethod::kPost;
  if (post ? method == "POST" : method == "GET" || method == "HEAD") return route->second.handler(request);
  const std::string allowed = post ? "POST" : "GET, HEAD";
  return {405, "text/plain; charset=utf-8", "405 here goes only: " + allowed + "\n", {{"Allow", allowed}}};
}

void HttpServer::Send(mg_connection* connection, const HttpResponse& response, bool with_body,
                      bool keep) const {
  const std::time_t now = env_.NowNs() / 1'000'000'000;
  const std::string head = Head(response, mg_get_response_code_text(connection, response.status), now, keep);
  if (!keep) mg_disable_connection_keep_alive(connection);
  if (mg_write(connection, head.data(), head.size()) <= 0 || !with_body) return;
  mg_write(connection, response.body.data(), response.body.size());
}

int HttpServer::BeginRequest(mg_connection* connection) noexcept {
  const mg_request_info* const info = mg_get_request_info(connection);
  const auto* const server = static_cast<const HttpServer*>(info->user_data);
  const std::string_view method = info->request_method;
  const bool with_body = method != "HEAD";
  try {
    const HttpRequest request{info->request_uri, connection};  // local_uri has lost its dots
    const bool known = server->KnowsTheSecret(request);
    const HttpResponse response = known ? server->Answer(method, request) : NotForYou();
    server->Send(connection, response, with_body, known && !server->secret_.empty());
    return response.status;  // answered
  } catch (...) {            // before the first byte: only making a head or a body throws
    SendFailure(connection, with_body);
    return 500;
  }
}

int HttpServer::SendError(mg_connection* connection, int status, const char* reason) noexcept {
  try {
    HttpResponse response;
    response.status = status;
    response.body = std::to_string(status) + "\n";
    static_cast<const HttpServer*>(mg_get_user_data(mg_get_context(connection)))
        ->Send(connection, response, true, false);
  } catch (...) {
    SendFailure(connection, true);
  }
  return 0;  // sent
}

int HttpServer::TakeMessage(const mg_connection* connection, const char* message) noexcept {
  auto* const server = static_cast<HttpServer*>(mg_get_user_data(mg_get_context(connection)));
  const bool starting = std::this_thread::get_id() == server->starter_;
  try {
    if (starting && server->first_message_.empty()) server->first_message_ = message;
  } catch (...) {  // the message is lost, not the program
  }
  return 1;  // taken: CivetWeb prints nothing
}

}  // namespace mta
