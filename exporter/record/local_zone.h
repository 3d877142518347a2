// LocalZone: wall clock time of the process's time zone to UTC, for stamps that bear no zone.
//
// The zone is TZ (else /etc/localtime) as it stands when the object is made.  The C library is asked about
// twice a day of log time; in between the answer is arithmetic.  One thread.
#pragma once

#include <cstdint>

namespace mta {

class LocalZone {
 public:
  LocalZone();

  // `civil` is the wall clock as seconds since 1970-01-01 00:00:00 of that same wall; the result is UTC.
  //
  // An hour that occurs twice (clocks set back) is read as its first pass, unless that lies more than a few
  // seconds before `last_utc`, the time of the line before: then as its second.  An hour that does not occur
  // (clocks set forward) is read as if they had not been set yet.
  int64_t ToUtc(int64_t civil, int64_t last_utc) {
    if (civil < window_begin_ || civil >= window_end_) Load(civil);
    if (before_ == after_) return civil - before_;
    return AcrossTransition(civil, last_utc);
  }

 private:
  void Load(int64_t civil);
  int64_t AcrossTransition(int64_t civil, int64_t last_utc) const;

  // What is known: one day of wall clock time, and the zone's offset in it, or the two offsets and the UTC
  // second from which on the second one holds.
  int64_t window_begin_ = 0;
  int64_t window_end_ = 0;
  int64_t before_ = 0;
  int64_t after_ = 0;
  int64_t transition_ = 0;
};

}  // namespace mta
