// Connection: one client of the front, from its first byte to its last.
//
// It reads one request head at a time, hands it to its owner, and writes the one answer it is given.  It
// keeps no time: its owner looks at state() and since_ns() and ends what takes too long.  The front's thread
// only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "exporter/front/event_handles.h"
#include "exporter/front/request_head.h"
#include "exporter/front/tls.h"

namespace mta {

class Connection;

// What the owner is told.  In each of these calls it may destroy the connection.
class ConnectionOwner {
 public:
  virtual ~ConnectionOwner() = default;
  virtual void OnRequest(Connection& connection) = 0;  // connection.request() is there
  virtual void OnRefused(Connection& connection, int status, std::string_view why) = 0;
  virtual void OnEnded(Connection& connection) = 0;  // the client or the network; destroy it
};

class Connection {
 public:
  enum class State {
    kIdle,     // between two requests, or before the first
    kReading,  // a handshake or a head has begun
    kAnswering,
    kWriting,
    kClosing  // answered; waiting for the client to see it
  };

  // Takes the socket over.  `tls` null: plain.  Valid unless ok() is false.
  Connection(event_base* base, int fd, const TlsContext& tls, uint64_t ticket, std::string address,
             ConnectionOwner& owner, int64_t now_ns);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  bool ok() const { return stream_ != nullptr; }
  uint64_t ticket() const { return ticket_; }
  const std::string& address() const { return address_; }  // of the client; IPv6: its /64
  State state() const { return state_; }
  int64_t since_ns() const { return since_ns_; }  // when it came into this state, monotonic
  size_t unsent_bytes() const;                    // of the answer
  const RequestHead& request() const { return request_; }

  // The answer to request().  `head` has all its lines but Connection and the empty one; `body`, where not
  // null, is moved out of its buffer.  The connection is closed afterwards unless both sides want to keep it.
  void Answer(std::string_view head, evbuffer* body, bool may_keep);

 private:
  void OnReadable();
  void OnWritten();
  void OnEvent(short events);
  void TakeRequest();
  void Enter(State state);

  const uint64_t ticket_;
  const std::string address_;
  ConnectionOwner& owner_;
  BufferEventPtr stream_;
  State state_ = State::kIdle;
  int64_t since_ns_;
  size_t seen_bytes_ = 0;  // of the input, in which no line has ended since
  RequestHead request_;
  bool keep_ = false;
  bool client_is_done_ = false;  // it will send no more, but may still read
};

}  // namespace mta
