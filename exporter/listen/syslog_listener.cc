#include "exporter/listen/syslog_listener.h"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

namespace mta {
namespace {

constexpr size_t kChunkBytes = 64 * 1024;       // read of a connection, before the others have their turn
constexpr size_t kStreamBufferBytes = 4 << 20;  // of those who can wait
constexpr size_t kDatagrams = 32;               // taken in one system call
constexpr size_t kDatagramBytes = 64 * 1024;    // more than UDP can carry
constexpr int kLastRounds = 1000;               // of reading, at the end
constexpr auto kOutOfFiles = std::chrono::milliseconds(100);  // until accept() is tried again

void Watch(int epoll, int fd) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = fd;
  ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

}  // namespace

struct SyslogListener::Connection {
  explicit Connection(int descriptor) : fd(descriptor) {}
  ~Connection() { ::close(fd); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  const int fd;
  FrameCutter cutter;
};

// Many datagrams with one system call, and the kernel's count of those it had to drop.
class SyslogListener::Datagrams {
 public:
  // Reads what is there, up to kDatagrams; false where there was nothing.
  bool Read(int fd, MessageBatch& out, uint64_t& dropped) {
    for (size_t i = 0; i < kDatagrams; ++i) {
      parts_[i] = {buffer_.get() + i * kDatagramBytes, kDatagramBytes};
      headers_[i] = {};
      headers_[i].msg_hdr.msg_iov = &parts_[i];
      headers_[i].msg_hdr.msg_iovlen = 1;
      headers_[i].msg_hdr.msg_control = controls_[i].data();
      headers_[i].msg_hdr.msg_controllen = controls_[i].size();
    }
    const int got = ::recvmmsg(fd, headers_.data(), kDatagrams, MSG_DONTWAIT | MSG_TRUNC, nullptr);
    for (int i = 0; i < got; ++i) TakeOne(static_cast<size_t>(i), out, dropped);
    return got > 0;
  }

  uint32_t dropped_ever() const { return dropped_ever_; }
  void set_dropped_ever(uint32_t count) { dropped_ever_ = count; }

 private:
  void TakeOne(size_t i, MessageBatch& out, uint64_t& dropped) {
    const msghdr& header = headers_[i].msg_hdr;
    const std::string_view message = WithoutEnd(
        {buffer_.get() + i * kDatagramBytes, std::min<size_t>(headers_[i].msg_len, kDatagramBytes)});
    if ((header.msg_flags & MSG_TRUNC) != 0) {
      out.AddOversized(headers_[i].msg_len);
    } else if (!message.empty()) {
      out.Add(message);
    }
    for (const cmsghdr* control = CMSG_FIRSTHDR(&header); control != nullptr;
         control = CMSG_NXTHDR(const_cast<msghdr*>(&header), const_cast<cmsghdr*>(control))) {
      if (control->cmsg_level != SOL_SOCKET || control->cmsg_type != SO_RXQ_OVFL) continue;
      uint32_t ever = 0;
      std::memcpy(&ever, CMSG_DATA(control), sizeof ever);
      dropped += ever - dropped_ever_;  // the kernel's count wraps at 32 bits
      dropped_ever_ = ever;
    }
  }

  const std::unique_ptr<char[]> buffer_{new char[kDatagrams * kDatagramBytes]};
  std::array<mmsghdr, kDatagrams> headers_;
  std::array<iovec, kDatagrams> parts_;
  std::array<std::array<char, CMSG_SPACE(sizeof(uint32_t))>, kDatagrams> controls_;
  uint32_t dropped_ever_ = 0;
};

Result<std::unique_ptr<SyslogListener>> SyslogListener::Start(const ListenerOptions& options,
                                                              std::function<void()> wake) {
  Result<std::unique_ptr<ListeningSocket>> socket = ListeningSocket::Open(options);
  if (!socket) return tl::unexpected(socket.error());
  return Make(options, std::move(*socket), std::move(wake));
}

Result<std::unique_ptr<SyslogListener>> SyslogListener::Resume(const ListenerOptions& options,
                                                               std::function<void()> wake, ByteReader& in) {
  SyslogAddress address = options.address;
  const int fd = in.Get<int32_t>();
  address.port = in.Get<uint16_t>();
  auto made = Make(options, ListeningSocket::Adopt(fd, address), std::move(wake));
  if (!made) return made;
  SyslogListener& listener = **made;
  const auto dropped_ever = in.Get<uint32_t>();
  if (listener.datagrams_) listener.datagrams_->set_dropped_ever(dropped_ever);
  for (auto left = in.Get<uint32_t>(); left > 0 && in.ok(); --left) {
    const int connection = in.Get<int32_t>();
    listener.Add(connection);
    if (!in.GetPart(listener.connections_.at(connection)->cutter)) ++listener.drops_.incomplete;
  }
  return made;
}

std::vector<int> SyslogListener::HandOver(ByteWriter& out) const {
  std::vector<int> descriptors = {socket_->fd()};
  out.Put(int32_t{socket_->fd()});
  out.Put(uint16_t{address().port});
  out.Put(datagrams_ ? datagrams_->dropped_ever() : uint32_t{0});
  out.Put(static_cast<uint32_t>(connections_.size()));
  for (const auto& [fd, connection] : connections_) {
    descriptors.push_back(fd);
    out.Put(int32_t{fd});
    out.PutPart(connection->cutter);
  }
  return descriptors;
}

Result<std::unique_ptr<SyslogListener>> SyslogListener::Make(const ListenerOptions& options,
                                                             std::unique_ptr<ListeningSocket> socket,
                                                             std::function<void()> wake) {
  const int epoll = ::epoll_create1(EPOLL_CLOEXEC);
  const int stop = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (epoll < 0 || stop < 0) {
    const int error = errno;
    if (epoll >= 0) ::close(epoll);
    if (stop >= 0) ::close(stop);
    return Fail(fmt::format("cannot listen on {}: {}", options.address.text(), std::strerror(error)), error);
  }
  return std::unique_ptr<SyslogListener>(
      new SyslogListener(options, std::move(socket), std::move(wake), epoll, stop));
}

SyslogListener::SyslogListener(const ListenerOptions& options, std::unique_ptr<ListeningSocket> socket,
                               std::function<void()> wake, int epoll, int stop)
    : options_(options),
      limit_bytes_(options.address.transport == SyslogTransport::kUdp ? options.receive_buffer_bytes
                                                                      : kStreamBufferBytes),
      socket_(std::move(socket)),
      wake_(std::move(wake)),
      epoll_(epoll),
      stop_(stop) {
  Watch(epoll_, socket_->fd());
  Watch(epoll_, stop_);
  if (socket_->is_stream()) {
    chunk_.reset(new char[kChunkBytes]);
  } else {
    datagrams_ = std::make_unique<Datagrams>();
  }
}

SyslogListener::~SyslogListener() {
  Stop();
  ::close(epoll_);
  ::close(stop_);
}

void SyslogListener::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  room_.notify_all();
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(stop_, &one, sizeof one);
  if (thread_.joinable()) thread_.join();
}

void SyslogListener::Take(MessageBatch& batch, ListenerDrops& drops) {
  if (!stopping_ && !thread_.joinable()) thread_ = std::thread([this] { Run(); });
  batch.Clear();
  {
    const std::lock_guard lock(mutex_);
    waiting_.Swap(batch);
    drops = std::exchange(drops_, {});
  }
  room_.notify_one();
}

size_t SyslogListener::connections() const {
  const std::lock_guard lock(mutex_);
  return connection_count_;
}

void SyslogListener::Finish(MessageBatch& batch, ListenerDrops& drops) {
  Stop();
  for (int round = 0; round < kLastRounds && fresh_.size_bytes() < limit_bytes_ && ReadReady(0); ++round) {
  }
  Deliver();
  Take(batch, drops);
}

void SyslogListener::Run() {
  while (WaitForRoom()) {
    ReadReady(-1);
    Deliver();
  }
}

// True if there was something to read or a connection.
bool SyslogListener::ReadReady(int timeout_ms) {
  std::array<epoll_event, 64> events;
  const int ready = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), timeout_ms);
  bool any = false;
  for (int i = 0; i < ready; ++i) {
    const int fd = events[static_cast<size_t>(i)].data.fd;
    if (fd == stop_) continue;
    any = true;
    if (fd != socket_->fd()) {
      Read(*connections_.at(fd));
    } else if (socket_->is_stream()) {
      Accept();
    } else {
      datagrams_->Read(fd, fresh_, fresh_drops_.datagrams);
    }
  }
  return any;
}

// False: it is time to end.
bool SyslogListener::WaitForRoom() {
  std::unique_lock lock(mutex_);
  room_.wait(lock, [this] { return stopping_ || waiting_.size_bytes() < limit_bytes_; });
  return !stopping_;
}

void SyslogListener::Deliver() {
  bool half_full = false;
  {
    const std::lock_guard lock(mutex_);
    const bool was_half_full = waiting_.size_bytes() >= limit_bytes_ / 2;
    if (waiting_.empty()) {
      waiting_.Swap(fresh_);
    } else {
      waiting_.Append(fresh_);
    }
    drops_.datagrams += std::exchange(fresh_drops_.datagrams, 0);
    drops_.connections += std::exchange(fresh_drops_.connections, 0);
    drops_.incomplete += std::exchange(fresh_drops_.incomplete, 0);
    connection_count_ = connections_.size();
    half_full = !was_half_full && waiting_.size_bytes() >= limit_bytes_ / 2;
  }
  fresh_.Clear();
  if (half_full && wake_) wake_();
}

void SyslogListener::Accept() {
  const int fd = ::accept4(socket_->fd(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd < 0) {
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
      std::this_thread::sleep_for(kOutOfFiles);
    return;
  }
  if (connections_.size() >= options_.max_connections) {
    ++fresh_drops_.connections;
    ::close(fd);
    return;
  }
  const int on = 1;
  if (socket_->address().transport == SyslogTransport::kTcp)
    ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);  // the other end may be gone without a word
  Add(fd);
}

void SyslogListener::Add(int fd) {
  connections_.emplace(fd, std::make_unique<Connection>(fd));
  Watch(epoll_, fd);
}

void SyslogListener::Read(Connection& connection) {
  const ssize_t got = ::recv(connection.fd, chunk_.get(), kChunkBytes, MSG_DONTWAIT);
  if (got > 0) return connection.cutter.Feed({chunk_.get(), static_cast<size_t>(got)}, fresh_);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  Close(connection);
}

void SyslogListener::Close(Connection& connection) {
  if (connection.cutter.Finish(fresh_)) ++fresh_drops_.incomplete;
  connections_.erase(connection.fd);  // closing takes it out of the epoll set
}

}  // namespace mta
