// SyslogListener: takes syslog messages from a socket, in a thread of its own, until they are fetched.
//
// What has come waits in a bounded buffer.  When that is full nothing more is read: senders over TCP and unix
// sockets then wait; datagrams over UDP are dropped by the kernel, which counts them for us.  Connections
// beyond the limit are refused and counted.  A crash loses what was fetched and not saved, and what was in
// the buffer.
//
// Take() and the destructor from one thread.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "exporter/base/result.h"
#include "exporter/listen/frame_cutter.h"
#include "exporter/listen/listener_options.h"
#include "exporter/listen/listening_socket.h"
#include "exporter/listen/message_batch.h"

namespace mta {

// What could not be taken, since the last Take().
struct ListenerDrops {
  uint64_t datagrams = 0;    // the kernel had no room for them
  uint64_t connections = 0;  // beyond the limit
  uint64_t incomplete = 0;   // counted messages that their connection did not finish
};

class SyslogListener {
 public:
  // Listens when it returns; what comes waits in the kernel until the first Take(), which starts the
  // listener's thread with the limits that its caller has by then.  `wake` is called from that thread when
  // half the buffer is full.
  static Result<std::unique_ptr<SyslogListener>> Start(const ListenerOptions& options,
                                                       std::function<void()> wake);
  // The same with the sockets of one that has ended by HandOver(): what came to them since is not lost.
  static Result<std::unique_ptr<SyslogListener>> Resume(const ListenerOptions& options,
                                                        std::function<void()> wake, ByteReader& in);
  ~SyslogListener();
  SyslogListener(const SyslogListener&) = delete;
  SyslogListener& operator=(const SyslogListener&) = delete;

  // Exchanges an empty batch for what has come.
  void Take(MessageBatch& batch, ListenerDrops& drops);
  // The last Take(): also gives what has come to the sockets by now, as far as the buffer's limit lets it.
  void Finish(MessageBatch& batch, ListenerDrops& drops);
  // After Finish(): writes what Resume() goes on with, and gives the descriptors that are to stay open for
  // it.
  std::vector<int> HandOver(ByteWriter& out) const;
  // Connections open now.
  size_t connections() const;
  // As it was started.
  const ListenerOptions& options() const { return options_; }
  // With the port that was given for port 0.
  const SyslogAddress& address() const { return socket_->address(); }

 private:
  struct Connection;
  class Datagrams;

  SyslogListener(const ListenerOptions& options, std::unique_ptr<ListeningSocket> socket,
                 std::function<void()> wake, int epoll, int stop);
  static Result<std::unique_ptr<SyslogListener>> Make(const ListenerOptions& options,
                                                      std::unique_ptr<ListeningSocket> socket,
                                                      std::function<void()> wake);
  void Add(int fd);
  void Run();
  void Stop();
  bool WaitForRoom();
  bool ReadReady(int timeout_ms);
  void Deliver();
  void Accept();
  void Read(Connection& connection);
  void Close(Connection& connection);

  const ListenerOptions options_;
  const size_t limit_bytes_;
  const std::unique_ptr<ListeningSocket> socket_;
  const std::function<void()> wake_;
  const int epoll_, stop_;

  // The listener's thread only, while it runs:
  std::map<int, std::unique_ptr<Connection>> connections_;
  std::unique_ptr<Datagrams> datagrams_;
  std::unique_ptr<char[]> chunk_;
  MessageBatch fresh_;
  ListenerDrops fresh_drops_;

  mutable std::mutex mutex_;
  std::condition_variable room_;
  MessageBatch waiting_;  // for Take()
  ListenerDrops drops_;
  size_t connection_count_ = 0;
  bool stopping_ = false;

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace mta
