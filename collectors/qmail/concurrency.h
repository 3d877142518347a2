// How busy the channels are: the counters of the status lines, summed over the qmail-sends of the log
// (indimail runs one for each queue, a syslog host hears many).
//
// One that was silent for kSilenceNs no longer counts.  The collector's thread only.
#pragma once

#include <cstdint>

#include "collectors/message_table.h"
#include "collectors/qmail/send_line.h"
#include "exporter/base/bytes.h"

namespace mta::qmail {

class Concurrency {
 public:
  using Sums = std::array<uint64_t, kChannelCount>;

  // What one qmail-send said now.
  void Set(uint64_t instance, const StatusLine& status, int64_t now_ns);

  const Sums& used() const { return used_; }
  const Sums& limit() const { return limit_; }
  // The channels any status line named.
  const std::array<bool, kChannelCount>& logged() const { return logged_; }

  void Clear();
  void Save(ByteWriter& out) const;
  bool Restore(ByteReader& in);

 private:
  static constexpr size_t kMostInstances = 1'000;
  static constexpr int64_t kSilenceNs = 24LL * 3600 * 1'000'000'000;

  struct Instance {
    PerChannel used = {};
    PerChannel limit = {};
  };
  void Subtract(const Instance& instance);

  MessageTable<Instance> instances_{kMostInstances, kSilenceNs};
  Sums used_ = {};
  Sums limit_ = {};
  std::array<bool, kChannelCount> logged_ = {};
};

}  // namespace mta::qmail
