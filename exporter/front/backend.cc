#include "exporter/front/backend.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <time.h>

#include <optional>
#include <utility>

#include "exporter/base/ascii.h"

namespace mta {
namespace {

constexpr size_t kTrunks = 4;
constexpr uint64_t kNobody = 0;  // no ticket
constexpr int64_t kLongestNs = 30'000'000'000;
constexpr std::string_view kHeadEnd = "\r\n\r\n";
constexpr std::string_view kLength = "\r\nContent-Length: ";

int64_t MonotonicNs() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

std::string RequestText(const RequestHead& request, const std::string& secret_header) {
  std::string text =
      request.method + " " + request.path + " HTTP/1.1\r\nHost: localhost\r\n" + secret_header + "\r\n";
  if (!request.accept.empty()) text += "Accept: " + request.accept + "\r\n";
  if (!request.accept_encoding.empty()) text += "Accept-Encoding: " + request.accept_encoding + "\r\n";
  if (request.method != "GET" && request.method != "HEAD") text += "Content-Length: 0\r\n";
  return text += "\r\n";
}

size_t LengthOf(const std::string& head) {
  const size_t at = head.find(kLength);
  if (at == std::string::npos) return 0;
  const size_t from = at + kLength.size();
  return ParseUnsigned(std::string_view(head).substr(from, head.find('\r', from) - from)).value_or(0);
}

}  // namespace

struct Backend::Trunk {
  explicit Trunk(Backend& backend) : owner(backend) {}
  Backend& owner;
  BufferEventPtr connection;
  std::optional<Job> job;
  int64_t since_ns = 0;
  std::string head;  // of the answer, once it is there
  size_t body_bytes = 0;
};

Backend::Backend(event_base* base, BackendOptions options, Done done)
    : base_(base), options_(std::move(options)), done_(std::move(done)) {
  RequestHead first;
  first.method = "HEAD";
  first.path = "/-/healthy";
  for (size_t i = 0; i < kTrunks; ++i) {
    trunks_.push_back(std::make_unique<Trunk>(*this));
    // Asked at once, so that a thread of the server's is its own from now on, whoever else connects.
    Ask(kNobody, first);
  }
}

Backend::~Backend() = default;

void Backend::Open(Trunk& trunk) {
  trunk.connection.reset(bufferevent_socket_new(base_, -1, BEV_OPT_CLOSE_ON_FREE));
  if (!trunk.connection) return;
  bufferevent_setcb(
      trunk.connection.get(),
      [](bufferevent*, void* self) { static_cast<Trunk*>(self)->owner.Read(*static_cast<Trunk*>(self)); },
      nullptr,
      [](bufferevent*, short events, void* self) {
        if ((events & BEV_EVENT_CONNECTED) == 0)
          static_cast<Trunk*>(self)->owner.Broken(*static_cast<Trunk*>(self));
      },
      &trunk);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(options_.port);
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  bufferevent_enable(trunk.connection.get(), EV_READ | EV_WRITE);
  if (bufferevent_socket_connect(trunk.connection.get(), reinterpret_cast<sockaddr*>(&where), sizeof where) !=
      0)
    trunk.connection.reset();
}

void Backend::Ask(uint64_t ticket, const RequestHead& request) {
  waiting_.push_back(
      {ticket, RequestText(request, options_.secret_header), MonotonicNs(), request.method == "HEAD", false});
  Work();
}

void Backend::Work() {
  for (const auto& trunk : trunks_) {
    if (waiting_.empty()) return;
    if (trunk->job) continue;
    if (!trunk->connection) Open(*trunk);
    if (!trunk->connection) continue;
    trunk->job = std::move(waiting_.front());
    waiting_.pop_front();
    trunk->since_ns = MonotonicNs();
    bufferevent_write(trunk->connection.get(), trunk->job->request.data(), trunk->job->request.size());
  }
}

void Backend::Read(Trunk& trunk) {
  evbuffer* const input = bufferevent_get_input(trunk.connection.get());
  if (!trunk.job) return Broken(trunk);  // nothing was asked
  if (trunk.head.empty()) {
    const evbuffer_ptr end = evbuffer_search(input, kHeadEnd.data(), kHeadEnd.size(), nullptr);
    if (end.pos < 0) return;
    trunk.head.resize(static_cast<size_t>(end.pos) + kHeadEnd.size());
    evbuffer_remove(input, trunk.head.data(), trunk.head.size());
    trunk.body_bytes = trunk.job->head_only ? 0 : LengthOf(trunk.head);
  }
  if (evbuffer_get_length(input) < trunk.body_bytes) return;
  BackendAnswer answer;
  answer.head = std::exchange(trunk.head, {});
  answer.head.resize(answer.head.size() - 2);
  answer.body.reset(evbuffer_new());
  evbuffer_remove_buffer(input, answer.body.get(), trunk.body_bytes);
  const uint64_t ticket = trunk.job->ticket;
  trunk.job.reset();
  done_(ticket, &answer);
  Work();
}

// Whoever waits for an answer on this connection gets another chance, once.
void Backend::Broken(Trunk& trunk) {
  trunk.connection.reset();
  const bool began = !trunk.head.empty();
  trunk.head.clear();
  if (std::optional<Job> job = std::exchange(trunk.job, std::nullopt)) {
    if (job->tried || began) {
      done_(job->ticket, nullptr);
    } else {
      job->tried = true;
      waiting_.push_front(std::move(*job));
    }
  }
  Work();
}

void Backend::Tick(int64_t now_ns) {
  for (const auto& trunk : trunks_) {
    if (!trunk->job || now_ns - trunk->since_ns < kLongestNs) continue;
    trunk->job->tried = true;
    Broken(*trunk);
  }
  while (!waiting_.empty() && now_ns - waiting_.front().asked_ns >= kLongestNs) {
    const uint64_t ticket = waiting_.front().ticket;
    waiting_.pop_front();
    done_(ticket, nullptr);
  }
  Work();  // a connection could not be opened a while ago
}

}  // namespace mta
