// LineReader: the physical lines of one log source, in their order, to LogRecords: first what a container's
// runtime put around a line comes off (container_line.h), then the envelope (reader.h).
//
// A line that bears no time of its own has the runtime's.  A stamp without year inside a container's line is
// of the year that the runtime's stamp tells.  record.line is the physical line, or all of a line that came
// in pieces.
//
// State, and what Save() holds: that of both readers.  One object per source; one thread.
#pragma once

#include <string_view>

#include "exporter/base/bytes.h"
#include "exporter/record/container_line.h"
#include "exporter/record/reader.h"
#include "exporter/record/record.h"

namespace mta {

struct LineRead {
  Unwrapped::Kind kind = Unwrapped::Kind::kLine;
  LogRecord record = {};  // of a kLine
};

class LineReader {
 public:
  explicit LineReader(const EnvelopeOptions& envelope = {},
                      ContainerFormat container = ContainerFormat::kAuto)
      : unwrapper_(container), envelope_(envelope) {}

  // `line` is without its newline.  The record borrows from it and from this object, until the next Read().
  LineRead Read(std::string_view line);

  // The lines from here on are of this log (ContainerUnwrapper::SetLog).
  void SetLog(std::string_view log) { unwrapper_.SetLog(log); }
  EnvelopeReader& envelope() { return envelope_; }

  void Save(ByteWriter& out) const;
  // A part that cannot be read begins anew, the other keeps what it was: then it gives false.
  bool Restore(ByteReader& in);

 private:
  ContainerUnwrapper unwrapper_;
  EnvelopeReader envelope_;
};

}  // namespace mta
