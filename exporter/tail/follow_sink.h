// What a follower gives to those who read: lines, where they lie, and what became of the files.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "exporter/tail/line_sink.h"

namespace mta {

// Lines that lie one behind the other in one file.
struct Stretch {
  const std::string& path;  // under which the file was read; valid during the call
  uint64_t offset =
      0;  // of the first line in the uncompressed content; a line under way may have begun before
  int64_t mtime_ns = 0;  // of the file
  bool live = false;     // at the name the log is written under; else a rotated file
};

class FollowSink : public LineSink {
 public:
  // The lines up to the next call are these.
  virtual void Begin(const Stretch& stretch) {}
};

// What one Poll() did and found.
struct FollowProgress {
  uint64_t bytes = 0;    // handed out, newlines and oversized lines included
  uint64_t renamed = 0;  // rotations, by what became of the old file
  uint64_t truncated = 0;
  uint64_t replaced = 0;
  uint64_t lost_bytes = 0;  // were seen to exist, and were destroyed before they could be read
  uint64_t lag_bytes = 0;   // known to exist and not handed out yet (an unfinished line too)
  bool more = false;        // the budget ended before the bytes did: poll again without waiting
  // Why the log cannot be read as it should be right now, one line; empty: all is well.  Stays until it is
  // mended.
  std::string problem;
  // What a person should know, once each: damaged archives, lost bytes.
  std::vector<std::string> notices;
};

}  // namespace mta
