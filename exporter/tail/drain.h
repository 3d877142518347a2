// Drainer: reads a known file on from its offset and hands out its lines.
//
// Every read begins before the offset and counts only if what it overlaps is what it was: the offset never
// stands in another content than the one it was measured in.  One buffer for all files; one thread.
#pragma once

#include <string>
#include <string_view>

#include "exporter/base/result.h"
#include "exporter/tail/content.h"
#include "exporter/tail/follow_sink.h"
#include "exporter/tail/known_file.h"

namespace mta {

enum class Drained : uint8_t {
  kToEnd,       // all there was; an unfinished line waits
  kBudget,      // more is there, or may be
  kChanged,     // another content than the known file's: nothing was handed out of it
  kEndsBefore,  // an archive that ends before the offset
};

// What one Poll() carries along.
struct Pass {
  FollowSink& sink;
  uint64_t& budget;  // bytes that may still be read
  FollowProgress& progress;

  // The first problem is the one that is reported.
  void Report(const std::string& problem) {
    if (progress.problem.empty()) progress.problem = problem;
  }
};

// Where a file is being read.
struct ReadPlace {
  const std::string& path;
  bool live = false;
};

class Drainer {
 public:
  explicit Drainer(size_t max_line_bytes) : max_line_bytes_(max_line_bytes) {}

  // An error is the operating system's; nothing is lost by it.
  Result<Drained> Drain(KnownFile& file, Content& content, const ReadPlace& place, Pass& pass);
  // Makes `file`, of which nothing is known yet, begin behind the last whole line of its content.
  Outcome SkipToEnd(KnownFile& file, Content& content, LineSink& sink);
  // Takes what is unfinished behind the last line into the file's cutter.
  Result<Drained> DrainRest(KnownFile& file, Content& content, const ReadPlace& place, Pass& pass);

 private:
  Result<Drained> ReadOn(KnownFile& file, Content& content, Pass& pass);
  Result<bool> Fill(Content& content, uint64_t begin);
  void HandOut(KnownFile& file, size_t count, Pass& pass);
  size_t WholeLines(std::string_view bytes) const;
  std::string_view Fresh(const KnownFile& file) const;

  const size_t max_line_bytes_;
  std::string buffer_;
  std::string_view bytes_;  // of the last read, from the file's OverlapBegin(), verified
};

}  // namespace mta
