// What splogger does to a line on its way to syslog: it puts a stamp of its own before it, and cuts it every
// 799 bytes.
//
//   1795344083.606115 delivery 1: failure: 192.0.2.1_does_not_like_reci…      the first part
//   1795344083.606115+pient./Remote_host_said:_550_…                          every further part
//
// The parts of one line bear the same stamp.  A TAI64N stamp in that place (a multilog directory piped to
// logger) is read too.  eQmail's splogger writes neither stamp nor `+`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "exporter/base/bytes.h"
#include "exporter/base/scanner.h"
#include "exporter/record/record.h"

namespace mta::qmail {

// A body of at least this many bytes may go on in the next part.
inline constexpr size_t kSploggerPart = 799;

struct InnerStamp {
  int64_t time_ns = kNoTime;  // kNoTime: there is none
  bool further_part = false;  // `+`: what follows belongs to the line before
};

// Takes the stamp and the blanks behind it, or the `+`, from a syslog message.
InnerStamp TakeInnerStamp(Scanner& message);

// The line that was cut and waits for its parts.  One per collector: where two hosts of one log log long
// lines at the same moment, the first is given on with the parts it has.
class CutLine {
 public:
  bool waiting() const { return waiting_; }
  // `log`: hash of host and tag.
  bool IsOf(uint64_t log) const { return waiting_ && log_ == log; }
  bool GoesOnWith(uint64_t log, int64_t stamp_ns) const { return IsOf(log) && stamp_ns_ == stamp_ns; }

  void Hold(const LogRecord& record, uint64_t log, int64_t stamp_ns);
  void Append(std::string_view part);
  // The line as if it had not been cut; valid until the next Hold() or Append().
  LogRecord Joined() const;
  void Drop() { waiting_ = false; }

  void Save(ByteWriter& out) const;
  bool Restore(ByteReader& in);

 private:
  bool waiting_ = false;
  uint64_t log_ = 0;
  int64_t stamp_ns_ = 0;
  int64_t time_ns_ = kNoTime;
  Envelope envelope_ = Envelope::kSyslog;
  uint32_t repeat_ = 1;
  std::string host_, tag_, pid_;
  std::string line_;
  size_t message_at_ = 0;  // in line_
};

}  // namespace mta::qmail
