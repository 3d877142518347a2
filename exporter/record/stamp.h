// The stamps that loggers put before a line.
//
//   Nov  2 10:41:23  Jul 5 17:52:51  Nov 02 10:41:23.123456    syslogd, rsyslog traditional, postlogd,
//   journalctl 2026-11-22T10:43:13.652999+00:00  …Z  …+0000               rsyslog FileFormat, RFC 5424,
//   journalctl short-iso 2026-11-22 10:54:07.474204500                              tai64nlocal, s6-log T:
//   local time 2026-11-22_10:59:18.39492   2026-11-22T10:59:18.39975      svlogd -tt, -ttt: UTC
//   @4000000056e76b491c43c954                                  multilog t, svlogd -t, s6-log t
//   1458006847.474204                                          accustamp
//
// Every Take leaves the text where it was and says no unless a whole stamp stands there, followed by a blank
// or the end.  Years outside 1970..2261 (what nanoseconds in 64 bits can tell) are no stamps.
#pragma once

#include <cstdint>
#include <string_view>

#include "exporter/base/bytes.h"
#include "exporter/base/scanner.h"
#include "exporter/record/local_zone.h"
#include "exporter/record/record.h"
#include "exporter/record/year_clock.h"

namespace mta {

// Which of the ISO shaped stamps it was.
enum class IsoStamp : uint8_t {
  kNone,
  kZoned,    // RFC 3339: date, T, time, zone
  kZoneless  // tai64nlocal, s6-log, svlogd
};

// `@` and 24 lower-case hexadecimal digits.  `tai_offset_seconds` is what the logger adds to UTC: daemontools
// and svlogd 10 for ever, s6-log and cyclog the true TAI (37 since 2017).
bool TakeTai64n(Scanner& text, int64_t tai_offset_seconds, int64_t& time_ns);

// Seconds since 1970 with a fraction.
bool TakeEpoch(Scanner& text, int64_t& time_ns);

// Date and time of a traditional stamp at the beginning of `text`, without its fraction.
bool ParseTraditional(std::string_view text, YearlessTime& time);

// Reads the stamps whose meaning depends on what came before.  State of one stream of lines; one thread.
class StampReader {
 public:
  // See YearClock.
  void SetYear(int year);
  void SetReference(int64_t reference_ns);

  bool TakeTai64n(Scanner& text, int64_t tai_offset_seconds, int64_t& time_ns);
  // The traditional stamp.  The time is kNoTime before the first SetYear() or SetReference().
  bool TakeTraditional(Scanner& text, int64_t& time_ns);
  IsoStamp TakeIso(Scanner& text, int64_t& time_ns);

  void Save(ByteWriter& out) const;
  // False, and nothing restored, for other bytes than Save()'s.
  bool Restore(ByteReader& in);

 private:
  // Neighbouring lines mostly are of the same minute, and on a busy server of the same second, so the text of
  // such a part and what it means are kept: comparing sixteen bytes is quicker than reading a date.
  class Known {
   public:
    // Whether `text` begins with the part that is kept.
    bool Matches(std::string_view text) const;
    void Set(std::string_view part, int64_t value);
    void Clear() { size_ = 0; }
    size_t size() const { return size_; }
    int64_t value() const { return value_; }

   private:
    uint64_t head_ = 0;  // the first and the last eight bytes of the text; they overlap
    uint64_t tail_ = 0;
    size_t size_ = 0;  // 8..16; 0: nothing kept
    int64_t value_ = 0;
  };

  // Gives the minute its year and keeps it; false where the year is not known.
  bool Enter(const YearlessTime& minute, std::string_view text);
  int64_t FromLocal(int64_t civil, int64_t nanoseconds);

  LocalZone zone_;
  YearClock year_;
  int64_t last_utc_ = 0;  // of the last stamp read in local time: decides in the hour that occurs twice
  Known minute_;          // of a traditional stamp: wall clock
  Known second_;          // of a traditional stamp without a fraction, and its blank: UTC in nanoseconds
  Known iso_minute_;      // wall clock
  Known tai_second_;      // the sixteen digits: seconds as the logger counts them
};

}  // namespace mta
