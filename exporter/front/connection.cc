#include "exporter/front/connection.h"

#include <event2/bufferevent_ssl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>

namespace mta {
namespace {

int64_t MonotonicNs() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

bufferevent* NewStream(event_base* base, int fd, SSL_CTX* tls) {
  if (tls == nullptr) return bufferevent_socket_new(base, fd, BEV_OPT_CLOSE_ON_FREE);
  SSL* const ssl = SSL_new(tls);
  bufferevent* const stream =
      ssl == nullptr
          ? nullptr
          : bufferevent_openssl_socket_new(base, fd, ssl, BUFFEREVENT_SSL_ACCEPTING, BEV_OPT_CLOSE_ON_FREE);
  if (stream == nullptr) SSL_free(ssl);
  return stream;
}

}  // namespace

Connection::Connection(event_base* base, int fd, const TlsContext& tls, uint64_t ticket, std::string address,
                       ConnectionOwner& owner, int64_t now_ns)
    : ticket_(ticket),
      address_(std::move(address)),
      owner_(owner),
      stream_(NewStream(base, fd, tls.get())),
      state_(State::kReading),
      since_ns_(now_ns) {
  if (!stream_) {
    close(fd);
    return;
  }
  bufferevent_setcb(
      stream_.get(), [](bufferevent*, void* self) { static_cast<Connection*>(self)->OnReadable(); },
      [](bufferevent*, void* self) { static_cast<Connection*>(self)->OnWritten(); },
      [](bufferevent*, short events, void* self) { static_cast<Connection*>(self)->OnEvent(events); }, this);
  bufferevent_setwatermark(stream_.get(), EV_READ, 0, kMaxHeadBytes + 1);
  bufferevent_enable(stream_.get(), EV_READ | EV_WRITE);
}

void Connection::Enter(State state) {
  state_ = state;
  since_ns_ = MonotonicNs();
}

size_t Connection::unsent_bytes() const {
  return evbuffer_get_length(bufferevent_get_output(stream_.get()));
}

void Connection::OnReadable() {
  evbuffer* const input = bufferevent_get_input(stream_.get());
  if (state_ == State::kClosing) {
    evbuffer_drain(input, evbuffer_get_length(input));
  } else if (state_ == State::kIdle || state_ == State::kReading) {
    TakeRequest();
  }
}

void Connection::TakeRequest() {
  evbuffer* const input = bufferevent_get_input(stream_.get());
  const size_t size = evbuffer_get_length(input);
  if (size == 0) return;
  if (state_ == State::kIdle) Enter(State::kReading);
  // Only the end of a line or of patience can change the verdict.
  evbuffer_ptr from;
  evbuffer_ptr_set(input, &from, std::min(seen_bytes_, size), EVBUFFER_PTR_SET);
  const bool line_ended = seen_bytes_ < size && evbuffer_search(input, "\n", 1, &from).pos >= 0;
  seen_bytes_ = size;
  if (!line_ended && size < kMaxHeadBytes) return;

  std::string bytes(std::min(size, kMaxHeadBytes + 1), '\0');
  evbuffer_copyout(input, bytes.data(), bytes.size());
  ParsedHead parsed = ParseHead(bytes);
  if (parsed.state == ParsedHead::State::kIncomplete) return;
  seen_bytes_ = 0;
  request_ = std::move(parsed.head);
  Enter(State::kAnswering);
  if (parsed.state == ParsedHead::State::kRefused) {
    request_ = {};
    return owner_.OnRefused(*this, parsed.status, parsed.why);
  }
  evbuffer_drain(input, parsed.bytes);
  owner_.OnRequest(*this);
}

void Connection::Answer(std::string_view head, evbuffer* body, bool may_keep) {
  keep_ = may_keep && request_.keep_alive && !client_is_done_;
  evbuffer* const output = bufferevent_get_output(stream_.get());
  const std::string_view connection = keep_ ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  Enter(State::kWriting);
  evbuffer_add(output, head.data(), head.size());
  evbuffer_add(output, connection.data(), connection.size());
  if (body != nullptr) evbuffer_add_buffer(output, body);
}

void Connection::OnWritten() {
  if (state_ != State::kWriting) return;  // of a handshake
  if (keep_) {
    Enter(State::kIdle);
    return TakeRequest();
  }
  if (client_is_done_) return owner_.OnEnded(*this);
  // Closing with bytes unread would reset the connection and take the answer away from the client.
  Enter(State::kClosing);
  if (SSL* const ssl = bufferevent_openssl_get_ssl(stream_.get())) SSL_shutdown(ssl);
  shutdown(bufferevent_getfd(stream_.get()), SHUT_WR);
  evbuffer* const input = bufferevent_get_input(stream_.get());
  evbuffer_drain(input, evbuffer_get_length(input));
}

void Connection::OnEvent(short events) {
  if ((events & BEV_EVENT_CONNECTED) != 0) return;  // the handshake
  client_is_done_ = true;
  const bool half_closed = (events & BEV_EVENT_EOF) != 0 && (events & BEV_EVENT_ERROR) == 0;
  if (half_closed && (state_ == State::kAnswering || state_ == State::kWriting)) {
    keep_ = false;
    return;
  }
  owner_.OnEnded(*this);
}

}  // namespace mta
