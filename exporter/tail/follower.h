// Follower: what a source's `log:` names (a file, a pattern, a multilog directory) as lines, each handed out
// exactly once: over rotations of every kind, while it runs and while it was down, and over a kill at any
// moment, if what Save() gave was kept together with what became of the lines handed out before.
//
// Order: within one log the order of writing, old files before younger ones.  Between the logs of a pattern
// there is none.  Polling alone is complete; a Waiter (waiter.h) may shorten the time between two polls.
// One thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "exporter/base/bytes.h"
#include "exporter/base/env.h"
#include "exporter/tail/follow_sink.h"
#include "exporter/tail/followed_log.h"

namespace mta {

struct FollowerOptions {
  std::string log;  // path, pattern, or multilog directory (also its `current`)
  bool from_beginning =
      false;  // else what is there at first sight is left out.  What appears later is read whole
  size_t max_line_bytes = kMaxLineBytes;
  int64_t look_interval_ns = 1'000'000'000;  // between two looks at a directory that seems to be at rest
};

class Follower {
 public:
  // `env` must outlive the follower.
  Follower(Env& env, FollowerOptions options);

  // Hands out what there is, up to about `budget_bytes`.
  FollowProgress Poll(FollowSink& sink, uint64_t budget_bytes);

  // What a Waiter should watch: the logs and their directories, as of the last Poll().
  std::vector<std::string> WatchPaths() const;

  // Between two Poll() calls.
  void Save(ByteWriter& out) const;
  // Before the first Poll().  Other bytes than Save()'s give false, and a follower as new; so does what was
  // saved under another `log`, unless it was a pattern that had found this one.
  bool Restore(ByteReader& in);

 private:
  struct Log {
    LogPlace place;
    bool from_beginning = false;
    std::unique_ptr<FollowedLog> log;
  };

  Outcome FindLogs();
  Result<std::vector<LogPlace>> FindPlaces();
  LogPlace PlaceOf(const std::string& path);
  void RemoveRotated(std::vector<std::string>& paths) const;
  Log& AddLog(LogPlace place, bool from_beginning);
  bool KeepOwnLog();

  Env& env_;
  const FollowerOptions options_;
  const bool pattern_;
  bool found_ = false;  // the logs were looked for once: those found later are new
  int64_t found_ns_ = 0;
  std::map<std::string, Log> logs_;  // by path
  std::string next_;                 // where the last Poll() ran out of budget
};

}  // namespace mta
