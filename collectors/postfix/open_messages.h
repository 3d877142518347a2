// OpenMessages: what is remembered of the messages whose lines are still coming, and how many are in the
// queue.
//
// Messages are known by (host, queue id).  A message counts as in flight from its first `queue active` until
// it is removed, expired, or forgotten for want of room.  One thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "collectors/message_table.h"
#include "exporter/events/events.h"

namespace mta::postfix {

struct Message {
  int64_t received_ns = 0;   // of the last message-id=
  bool from_client = false;  // smtpd's client= was seen
  bool from_pickup = false;  // pickup's uid= was seen
  bool received = false;     // cleanup's message-id= was seen
  bool active = false;       // qmgr has taken it, and it is not gone yet
  bool enveloped = false;    // its first `queue active` was seen
  bool deferred = false;     // at least one recipient was deferred
  bool padding[2] = {};
};

class OpenMessages {
 public:
  OpenMessages(size_t max_messages, int64_t max_age_ns) : table_(max_messages, max_age_ns) {}

  // The line that is being read: whom to tell when the number in flight changes, and its log time.
  struct Moment {
    const LogRecord& record;
    EventSink& sink;
    int64_t now_ns;
  };

  uint64_t KeyOf(std::string_view host, std::string_view queue_id);
  Message* Find(uint64_t key) { return table_.Find(key); }
  Message& Touch(uint64_t key, const Moment& moment);
  // A new queue file under this id.  Short ids are used again: what was known of the last file of that name
  // is void.
  Message& Begin(uint64_t key, const Moment& moment);
  void Forget(uint64_t key, const Moment& moment);
  void SetActive(Message& message, bool active, const Moment& moment);

  TrackingStats stats() const { return table_.stats(); }
  void Clear();
  void Save(ByteWriter& out) const { table_.Save(out); }
  bool Restore(ByteReader& in);

 private:
  MessageTable<Message> table_;
  uint64_t in_flight_ = 0;
  std::string host_;  // of the last line; its hash begins the key of every message of it
  uint64_t host_hash_ = Hash({});
};

}  // namespace mta::postfix
