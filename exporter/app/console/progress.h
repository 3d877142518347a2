// Progress: on a terminal, how far a long reading or writing is.  Elsewhere silent.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string_view>

#include "exporter/base/env.h"

namespace mta {

class Progress {
 public:
  // `total_bytes` 0: not known.  Compressed input grows when read, so the share is of the bytes as they lie
  // on the disk and may end beyond 100 %: it is shown as 99 % then.
  // `done` says what is done with them, and outlives this.
  Progress(std::FILE* terminal, uint64_t total_bytes, Env& env, std::string_view done = "read");

  void Advance(uint64_t bytes) {
    done_bytes_ += bytes;
    if (shown_ && done_bytes_ >= next_look_bytes_) Look();
  }
  // Wipes the line, so that something else can be written.
  void Clear();

 private:
  void Look();

  std::FILE* const terminal_;
  const uint64_t total_bytes_;
  Env& env_;
  const std::string_view done_;
  const bool shown_;
  const int64_t begin_ns_;
  uint64_t done_bytes_ = 0;
  uint64_t next_look_bytes_ = 0;
  int64_t next_show_ns_ = 0;
  bool on_screen_ = false;
};

}  // namespace mta
