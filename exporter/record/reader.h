// EnvelopeReader: the lines of one log source, in their order, to LogRecords.
//
// Recognises (envelope.h, stamp.h say where each is from), with or without `\r` at the end:
//   [<PRI>]Nov 22 10:41:23 HOST TAG[PID]: MESSAGE        RFC 3164, rsyslog traditional, postlogd
//   [<PRI>]2026-11-22T10:41:23.5+00:00 HOST TAG: MESSAGE RFC 3339, rsyslog FileFormat
//   <PRI>1 2026-11-22T10:41:23Z HOST APP PROCID MSGID SD MESSAGE     RFC 5424
//   <PRI>TAG[PID]: MESSAGE                               a listener's client that writes no stamp
//   STAMP MESSAGE                                        multilog, tai64nlocal, svlogd, s6-log, accustamp
// Anything else is a bare message.  No line is refused, nothing throws, nothing is allocated once warm.
//
// Repeats: `message repeated N times: [ M]` becomes M with repeat N.  `last message repeated N times` becomes
// the record of the same host before it (its tag, pid and message) with repeat N and the time and the line of
// this one; where that record is not known, the line stays what it is, with repeat 0 (see record.h,
// repeat_memory.h).
//
// State: the year, the last local time, the last record of each host.  All of it is in Save(); the result of
// Read() depends on nothing else, except that stamps without zone are read in the process's TZ.  One object
// per source; one thread.
#pragma once

#include <cstdint>
#include <string_view>

#include "exporter/base/bytes.h"
#include "exporter/base/scanner.h"
#include "exporter/record/envelope.h"
#include "exporter/record/record.h"
#include "exporter/record/repeat_memory.h"
#include "exporter/record/stamp.h"

namespace mta {

struct EnvelopeOptions {
  // What the logger of TAI64N stamps adds to UTC: 10 for multilog and svlogd, 37 for s6-log.
  int64_t tai_offset_seconds = 10;
};

class EnvelopeReader {
 public:
  explicit EnvelopeReader(const EnvelopeOptions& options = {}) : options_(options) {}

  // Stamps without year (RFC 3164) have no time until one of these was called.  They hold for the next such
  // stamp; from there on the stamps themselves tell when a year ends.
  //   SetYear       before the first line of a file: the year of its first stamp (FirstYear(), year_scan.h).
  //   SetReference  before the first line that arrives live, and after a pause of the source: now.  The year
  //   is the
  //                 latest that puts the stamp at or before the reference plus a day.
  void SetYear(int year) { stamps_.SetYear(year); }
  void SetReference(int64_t reference_ns) { stamps_.SetReference(reference_ns); }

  // `line` is without its newline.  The record borrows from it and from this object, until the next Read().
  LogRecord Read(std::string_view line);

  void Save(ByteWriter& out) const;
  // Other bytes than Save()'s give false and leave the state of a new object.
  bool Restore(ByteReader& in);

 private:
  void ReadEnvelope(Scanner text, LogRecord& record);
  void ReadPrioritised(Scanner text, LogRecord& record);
  void ReadNumeric(Scanner text, LogRecord& record);
  bool ReadRfc5424(Scanner text, LogRecord& record);

  EnvelopeOptions options_;
  StampReader stamps_;
  RepeatMemory previous_;
};

}  // namespace mta
