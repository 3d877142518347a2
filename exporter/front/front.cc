#include "exporter/front/front.h"

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/rand.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "exporter/front/clients.h"
#include "exporter/front/connection.h"
#include "exporter/front/login.h"

namespace mta {
namespace {

constexpr timeval kTick{0, 500'000};
constexpr int kLookEveryTicks = 4;
constexpr int kAcceptsAtOnce = 64;
constexpr timeval kLastAnswers{0, 500'000};

std::string_view ReasonOf(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 404:
      return "Not Found";
    case 413:
      return "Content Too Large";
    case 417:
      return "Expectation Failed";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Error";
  }
}

std::string HttpDate(int64_t now_ns) {
  const std::time_t now = now_ns / 1'000'000'000;
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[64];
  return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &utc)};
}

// Who fails to log in, for the limit: an IPv6 host has a whole /64.
std::string ClientAddress(const sockaddr_storage& from) {
  const ListenAddress address = FromSocketAddress(from);
  if (!address.is_ipv6()) return address.ip;
  const auto& bytes = reinterpret_cast<const sockaddr_in6&>(from).sin6_addr.s6_addr;
  if (address.ip.starts_with("::ffff:")) return address.ip;
  return std::string(reinterpret_cast<const char*>(bytes), 8);
}

// The methods that the server behind knows how to refuse.
bool IsKnownMethod(std::string_view method) {
  constexpr std::string_view kKnown[] = {"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"};
  return std::ranges::find(kKnown, method) != std::end(kKnown);
}

}  // namespace

class Front::Loop final : public ConnectionOwner {
 public:
  Loop(std::span<const Listener> listeners, const FrontOptions& options, WebConfigWatch& watch, Env& env)
      : watch_(watch),
        env_(env),
        listeners_(listeners),
        base_(event_base_new()),
        wake_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
        clients_(options, env),
        login_(std::make_unique<Login>([this](uint64_t ticket, bool right) { TellChecked(ticket, right); })) {
  }

  ~Loop() override {
    if (thread_.joinable()) {
      stopping_ = true;
      Wake();
      thread_.join();
    }
    login_.reset();  // its thread wakes this one
    clients_.Clear();
    backend_.reset();
    events_.clear();
    close(wake_fd_);
  }

  Outcome Start(BackendOptions backend) {
    if (!base_ || wake_fd_ < 0) return Fail("cannot serve HTTP: no event loop to be had");
    backend_ = std::make_unique<Backend>(
        base_.get(), std::move(backend),
        [this](uint64_t ticket, BackendAnswer* answer) { Deliver(ticket, answer); });
    for (const Listener& listener : listeners_)
      AddEvent(listener.fd(), EV_READ | EV_PERSIST,
               [](int fd, short, void* self) { static_cast<Loop*>(self)->Accept(fd); });
    accepting_ = true;
    AddEvent(wake_fd_, EV_READ | EV_PERSIST,
             [](int, short, void* self) { static_cast<Loop*>(self)->OnWake(); });
    AddEvent(
        -1, EV_PERSIST, [](int, short, void* self) { static_cast<Loop*>(self)->Tick(); }, &kTick);
    UseConfig();
    thread_ = std::thread([this] { event_base_dispatch(base_.get()); });
    return {};
  }

 private:
  void AddEvent(int fd, short what, event_callback_fn call, const timeval* every = nullptr) {
    events_.emplace_back(event_new(base_.get(), fd, what, call, this));
    event_add(events_.back().get(), every);
  }

  void UseConfig() {
    config_ = watch_.Current();
    login_->SetUsers(config_->config.users);
    headers_.clear();
    for (const auto& [name, value] : config_->config.headers) headers_ += name + ": " + value + "\r\n";
  }

  // --- other threads ---
  void Wake() {
    const uint64_t one = 1;
    (void)!write(wake_fd_, &one, sizeof one);
  }
  void TellChecked(uint64_t ticket, bool right) {
    {
      const std::lock_guard lock(checked_mutex_);
      checked_.emplace_back(ticket, right);
    }
    Wake();
  }

  void OnWake() {
    uint64_t count = 0;
    (void)!read(wake_fd_, &count, sizeof count);
    if (stopping_) return FinishAnswers();
    std::vector<std::pair<uint64_t, bool>> checked;
    {
      const std::lock_guard lock(checked_mutex_);
      checked.swap(checked_);
    }
    for (const auto& [ticket, right] : checked) {
      const bool welcome = login_->Checked(ticket, right, env_.MonotonicNs());
      Connection* const asked = clients_.Find(ticket);
      if (asked == nullptr) continue;
      welcome ? Forward(*asked) : AskForPassword(*asked);
    }
  }

  // Who is asking already is answered; nobody else is listened to.
  void FinishAnswers() {
    Listen(false);
    clients_.EndThoseWhoDoNotAsk();
    event_base_loopexit(base_.get(), &kLastAnswers);
    EndIfDone();
  }
  void EndIfDone() {
    if (stopping_ && clients_.empty()) event_base_loopbreak(base_.get());
  }

  // --- connections ---
  // The events of the listeners come first.
  void Listen(bool on) {
    if (accepting_ == on) return;
    accepting_ = on;
    for (size_t i = 0; i < listeners_.size(); ++i)
      on ? event_add(events_[i].get(), nullptr) : event_del(events_[i].get());
  }

  void Accept(int listener) {
    for (int i = 0; i < kAcceptsAtOnce; ++i) {
      sockaddr_storage from{};
      socklen_t size = sizeof from;
      const int fd =
          accept4(listener, reinterpret_cast<sockaddr*>(&from), &size, SOCK_CLOEXEC | SOCK_NONBLOCK);
      if (fd < 0) {
        const bool exhausted = errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
        if (exhausted && clients_.MakeRoom()) continue;
        if (exhausted) Listen(false);  // until the next tick, or this loop would do nothing else
        return;
      }
      if (!clients_.HasRoom() && !clients_.MakeRoom()) {
        close(fd);
        continue;
      }
      const int on = 1;  // or the end of an answer waits for the client's delayed acknowledgement
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      const uint64_t ticket = ++last_ticket_;
      auto connection = std::make_unique<Connection>(base_.get(), fd, config_->tls, ticket,
                                                     ClientAddress(from), *this, env_.MonotonicNs());
      if (connection->ok()) clients_.Add(std::move(connection));
    }
  }

  void OnEnded(Connection& connection) override {
    clients_.End(connection);
    EndIfDone();
  }

  void Tick() {
    const int64_t now_ns = env_.MonotonicNs();
    clients_.EndThoseWhoAreLate();
    EndIfDone();
    backend_->Tick(now_ns);
    if (!stopping_) Listen(true);
    if (++ticks_ % kLookEveryTicks == 0 && watch_.Look()) UseConfig();
  }

  // --- requests ---
  void OnRequest(Connection& connection) override {
    if (!clients_.MayAsk(connection))
      return Refuse(connection, 503, "too many requests at once", "Retry-After: 1\r\n");
    if (login_->is_open()) return Forward(connection);
    switch (login_->Ask(connection.ticket(), connection.request().authorization, connection.address(),
                        env_.MonotonicNs())) {
      case Login::Verdict::kWelcome:
        return Forward(connection);
      case Login::Verdict::kAsked:
        return;
      case Login::Verdict::kRefused:
        return AskForPassword(connection);
      case Login::Verdict::kTooMany:
        return Refuse(connection, 429, "too many failed logins from your address", "Retry-After: 60\r\n");
      case Login::Verdict::kBusy:
        return Refuse(connection, 503, "too many logins at once", "Retry-After: 1\r\n");
    }
  }

  void Forward(Connection& connection) {
    const RequestHead& request = connection.request();
    if (!IsKnownMethod(request.method)) return Refuse(connection, 501, "no such method");
    if (!IsPlainPath(request.path)) return Refuse(connection, 404, "no such page; / lists what there is");
    backend_->Ask(connection.ticket(), request);
  }

  void OnRefused(Connection& connection, int status, std::string_view why) override {
    Refuse(connection, status, why);
  }

  void AskForPassword(Connection& connection) {
    Refuse(connection, 401, "name and password are needed",
           "WWW-Authenticate: Basic realm=\"mta_exporter\"\r\n");
  }

  void Refuse(Connection& connection, int status, std::string_view why, std::string_view more = "") {
    const std::string text = fmt::format("{} {}\n", status, why);
    const std::string head = fmt::format(
        "HTTP/1.1 {} {}\r\nDate: {}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {}\r\n"
        "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n{}{}",
        status, ReasonOf(status), HttpDate(env_.NowNs()), text.size(), more, headers_);
    const EvBufferPtr body(evbuffer_new());
    if (connection.request().method != "HEAD") evbuffer_add(body.get(), text.data(), text.size());
    connection.Answer(head, body.get(), !stopping_ && (status == 401 || status == 404));
  }

  void Deliver(uint64_t ticket, BackendAnswer* answer) {
    Connection* const asking = clients_.Find(ticket);
    if (asking == nullptr) return;  // gone meanwhile
    if (answer == nullptr) return Refuse(*asking, 502, "no answer from within");
    asking->Answer(answer->head + headers_, answer->body.get(), !stopping_);
  }

  WebConfigWatch& watch_;
  Env& env_;
  const std::span<const Listener> listeners_;
  EventBasePtr base_;
  const int wake_fd_;
  std::vector<EventPtr> events_;
  bool accepting_ = false;
  std::shared_ptr<const WebConfigWatch::InForce> config_;
  std::string headers_;  // in every answer, as lines
  std::unique_ptr<Backend> backend_;
  Clients clients_;
  uint64_t last_ticket_ = 0;
  uint64_t ticks_ = 0;
  std::atomic<bool> stopping_ = false;
  std::mutex checked_mutex_;
  std::vector<std::pair<uint64_t, bool>> checked_;
  std::unique_ptr<Login> login_;
  std::thread thread_;
};

std::string MakeSecret() {
  std::array<unsigned char, 24> random;
  if (RAND_bytes(random.data(), random.size()) != 1) throw std::runtime_error("no random bytes to be had");
  return fmt::format("{:02x}", fmt::join(random, ""));
}

Front::Front(std::unique_ptr<Loop> loop) : loop_(std::move(loop)) {}
Front::~Front() = default;

Result<std::unique_ptr<Front>> Front::Start(std::span<const Listener> listeners, BackendOptions backend,
                                            FrontOptions options, WebConfigWatch& watch, Env& env) {
  std::signal(SIGPIPE, SIG_IGN);
  auto loop = std::make_unique<Loop>(listeners, options, watch, env);
  if (Outcome started = loop->Start(std::move(backend)); !started) return tl::unexpected(started.error());
  return std::unique_ptr<Front>(new Front(std::move(loop)));
}

}  // namespace mta
