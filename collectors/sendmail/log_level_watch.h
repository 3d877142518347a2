// Tells whether sendmail's LogLevel hides the deferred deliveries.
//
// From LogLevel 8 on successes are logged, from 9 on (the default) deferrals and, beside them, every TLS and
// AUTH session.  So at 8 a log looks healthy whatever happens to the queue.  The level itself is never
// logged; what gives it away are messages that came through TLS or AUTH without the line of such a session,
// and messages that were sent after a long time in the queue although nothing was ever deferred.  A pure
// function of the lines seen; saved with the collector.
#pragma once

#include <cstdint>

#include "exporter/base/bytes.h"

namespace mta::sendmail {

class LogLevelWatch {
 public:
  // A line that only LogLevel 9 and up write: the deferrals are not hidden.
  void SawDetail() { *this = {}; }
  // A `stat=Sent` line of a message that had waited so long before this attempt.
  void SawSent(double waited_seconds) { late_ += waited_seconds >= kLateSeconds ? 1 : 0; }
  // A from= line of a message that came in through TLS or AUTH.
  void SawSecuredMessage(int64_t now_ns);

  bool hides_deferred() const {
    return late_ >= kManyLate || (secured_ >= kManySecured && last_secured_ns_ - kHour >= first_secured_ns_);
  }

  void Save(ByteWriter& out) const;
  void Restore(ByteReader& in);

 private:
  static constexpr double kLateSeconds = 600;
  static constexpr uint64_t kManyLate = 5;
  static constexpr int64_t kHour = 3600LL * 1'000'000'000;
  // One TLS session may carry many messages and may be older than the log we see; so many, and for so long.
  static constexpr uint64_t kManySecured = 20;

  // Lines since the last detail.
  uint64_t late_ = 0;
  uint64_t secured_ = 0;
  int64_t first_secured_ns_ = 0;
  int64_t last_secured_ns_ = 0;
};

}  // namespace mta::sendmail
