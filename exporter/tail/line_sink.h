// LineSink: who gets the lines of a log.
#pragma once

#include <cstdint>
#include <string_view>

namespace mta {

class LineSink {
 public:
  virtual ~LineSink() = default;
  // One line without its newline, NULs and a carriage return included; valid during the call.
  virtual void Line(std::string_view line) = 0;
  // A line over the limit was skipped: all its bytes, its newline included.
  virtual void OversizedLine(uint64_t bytes) = 0;
};

}  // namespace mta
