// Replay: logs read again as `serve` would have read them, with a sample of all series at every step of log
// time.
#pragma once

#include <array>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "exporter/app/backfill/past_sources.h"
#include "exporter/app/backfill/sample_writer.h"
#include "exporter/app/source/log_files.h"

namespace mta {

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

struct ReplayOptions {
  int64_t step_ns = 60'000'000'000;
  int64_t until_ns = kNever;
};

struct Replayed {
  std::array<uint64_t, 4> lines = {};  // by Verdict
  uint64_t timeless = 0;
  uint64_t ahead = 0;  // of a time after their file was last written
  uint64_t after = 0;  // lines that were left out
  int64_t first_ns = kNoTime;
  int64_t last_ns = kNoTime;
  std::vector<std::string> problems;  // files that could not be read to their end
};

// The logs of each source are read from their beginning to their end, one source after the other.  A sample
// at time T holds the lines before T; a line whose time is missing or cannot be counts with the line before.
// Fails where samples cannot be kept.
Outcome Replay(LogFiles& files, const std::vector<PastSource>& sources, const ReplayOptions& options,
               SampleWriter& samples, const std::function<void(uint64_t bytes)>& advance, Replayed& all);

}  // namespace mta
