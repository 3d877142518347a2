// The year that syslog's traditional stamp (`Nov 22 10:41:23`) leaves out.
//
// YearWalk counts years along a stream of dates; YearClock is a walk that knows where it began.  A date more
// than a month before the last one means that a year ended in between, one almost a whole year after it is a
// straggler of the old year, anything else is the same year: lines out of order and long silences both
// stay right. A silence of more than a year cannot be seen.
#pragma once

#include <cstdint>
#include <optional>

#include "exporter/base/bytes.h"
#include "exporter/record/local_zone.h"

namespace mta {

// A traditional stamp's date and wall clock time.
struct YearlessTime {
  int month = 1;  // 1..12
  int day = 1;    // 1..31
  int seconds_of_day = 0;

  bool operator==(const YearlessTime&) const = default;
};

// The wall clock as seconds since 1970-01-01 00:00:00.  A February 29 of a common year counts as March 1.
int64_t CivilSeconds(const YearlessTime& time, int64_t year);

// The latest year that puts `time` at or before `reference_ns` plus a day; for a February 29 the latest leap
// year.
int LatestYear(const YearlessTime& time, int64_t reference_ns, LocalZone& zone);

class YearWalk {
 public:
  // The year of a date, relative to that of the first date.
  int Step(int month, int day);
  void Restart() { *this = {}; }

  int year() const { return year_; }
  void Save(ByteWriter& out) const;
  bool Restore(ByteReader& in);

 private:
  int32_t year_ = 0;
  int32_t last_ = 0;  // of the last date: 31 * month + day; 0 before the first
};

// State of one stream of lines.  Nothing but its calls moves it: it never looks at a clock itself, so the
// same calls and dates give the same years.
class YearClock {
 public:
  // The next stamp is of this year (a file that was looked through: see year_scan.h).
  void SetYear(int year);
  // The next stamp lies in the latest year that puts it at or before `reference_ns` plus a day (a live
  // stream: the time of arrival).
  void SetReference(int64_t reference_ns);

  // The year of the next stamp of the stream; nothing before the first SetYear() or SetReference().
  std::optional<int> YearOf(const YearlessTime& time, LocalZone& zone);

  void Save(ByteWriter& out) const;
  // False, and nothing restored, for other bytes than Save()'s.
  bool Restore(ByteReader& in);

 private:
  enum class Base : uint8_t { kUnknown, kReference, kYear };

  Base base_ = Base::kUnknown;
  int64_t reference_ns_ = 0;  // base_ is kReference: the first stamp is still to come
  int32_t first_year_ = 0;    // base_ is kYear
  YearWalk walk_;
};

}  // namespace mta
