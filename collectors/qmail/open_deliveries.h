// The deliveries that were started and have no result yet, of every qmail-send that writes to the log.
//
// A delivery's number is unique only within one run of one qmail-send: it begins at 1 again with every start.
// So deliveries are known by (qmail-send, number), and what is open when that qmail-send ends or begins anew
// is lost.  Bounded: of more than kMostDeliveries the least recently started is forgotten, and counted.
// The collector's thread only; nothing is allocated once warm.
#pragma once

#include <cstdint>
#include <string_view>

#include "collectors/message_table.h"
#include "collectors/qmail/channel.h"
#include "exporter/base/bytes.h"

namespace mta::qmail {

struct OpenDelivery {
  int64_t started_ns = 0;  // kNoTime where the log bears no times
  uint64_t message = 0;    // key of the collector's table of messages
  uint64_t instance = 0;   // the qmail-send it belongs to
  Channel channel = Channel::kOther;
  uint8_t id_size = 0;
  uint8_t recipient_size = 0;
  char id_bytes[21] = {};
  char recipient_bytes[256] = {};

  std::string_view id() const { return {id_bytes, id_size}; }
  void set_id(std::string_view id);
  // Of an address longer than 255 bytes, which no RFC allows, the end with its domain.
  std::string_view recipient() const { return {recipient_bytes, recipient_size}; }
  void set_recipient(std::string_view recipient);
};

class OpenDeliveries {
 public:
  static constexpr size_t kMostDeliveries = 10'000;
  static constexpr size_t kMostInstances = 1'000;

  explicit OpenDeliveries(int64_t max_age_ns)
      : deliveries_(kMostDeliveries, max_age_ns), instances_(kMostInstances, max_age_ns) {}

  // A delivery began.  `lost`: those of its qmail-send that can have no result any more, because the number
  // did not grow.
  OpenDelivery& Start(uint64_t instance, uint64_t number, int64_t now_ns, PerChannel& lost);
  // nullptr: its start was not seen.
  OpenDelivery* Find(uint64_t instance, uint64_t number);
  void Close(uint64_t instance, uint64_t number);

  bool AnyOpen(uint64_t instance);
  // This qmail-send is idle or gone: gives up its open deliveries and counts them.
  PerChannel Lose(uint64_t instance);
  // The next number may be any.
  void Restarted(uint64_t instance);

  uint64_t evicted() const { return deliveries_.evicted(); }
  void Clear();
  void Save(ByteWriter& out) const;
  bool Restore(ByteReader& in);

 private:
  struct Instance {
    uint64_t last_number = 0;
    uint64_t open = 0;
  };

  const uint64_t* OpenOf(uint64_t instance);
  void Closed(uint64_t instance);

  MessageTable<OpenDelivery> deliveries_;
  MessageTable<Instance> instances_;
};

}  // namespace mta::qmail
