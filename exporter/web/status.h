// What the ingest thread shows to the web: frozen metrics and the state of every source, cut at the same
// line.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "exporter/base/env.h"
#include "exporter/metrics/view.h"
#include "exporter/web/line_rates.h"

namespace mta {

// One log source, for the landing page.  Names and texts may hold anything.
struct SourceStatus {
  std::string name;  // the label `source`
  std::string mta;   // postfix, sendmail, qmail or auto
  std::string file;  // what is read now: a path, or how else lines come in
  bool up = true;    // false: nothing can be read
  uint64_t position_bytes = 0;
  uint64_t lag_bytes = 0;  // not read yet
  // Lines by verdict, as in mta_exporter_log_lines_total.
  uint64_t parsed_lines = 0;
  uint64_t ignored_lines = 0;
  uint64_t foreign_lines = 0;
  uint64_t unrecognized_lines = 0;
  double lines_per_second = 0;        // over the last minute
  double last_line_seconds = 0;       // log time since 1970; 0: no line yet
  std::vector<std::string> warnings;  // in words for a person

  uint64_t known_lines() const { return parsed_lines + ignored_lines; }
  uint64_t own_lines() const { return known_lines() + unrecognized_lines; }  // of an MTA
  uint64_t all_lines() const { return own_lines() + foreign_lines; }
};

// The state that outlives a restart, and how keeping it fares.
struct StateStatus {
  bool kept = false;             // false: counters begin at 0 after a restart
  uint64_t saves = 0;            // ever, over restarts
  uint64_t failures = 0;         // likewise, as far as they could be kept
  double last_save_seconds = 0;  // since 1970; 0: none yet
  std::string warning;           // what is wrong, in words for a person; empty: nothing
};

struct Publication {
  std::shared_ptr<const View> view = std::make_shared<View>();
  std::vector<SourceStatus> sources = {};
  StateStatus state = {};
};

// Hands publications from the ingest thread to the HTTP threads.  The lock is held for one pointer, and to
// note how many lines there are.
class Publisher {
 public:
  explicit Publisher(Env& env = Env::Posix()) : env_(env) {}

  void Publish(Publication publication) {
    auto next = std::make_shared<const Publication>(std::move(publication));
    const int64_t now_ns = env_.MonotonicNs();
    const std::lock_guard lock(mutex_);
    for (const SourceStatus& source : next->sources) rates_.Add(source.name, source.all_lines(), now_ns);
    current_.swap(next);  // `next`, now the old one, outlives the lock
  }
  // Never null; empty before the first.
  std::shared_ptr<const Publication> current() const {
    const std::lock_guard lock(mutex_);
    return current_;
  }

  double LinesPerSecond(const std::string& source) const {
    const int64_t now_ns = env_.MonotonicNs();
    const std::lock_guard lock(mutex_);
    return rates_.PerSecond(source, now_ns);
  }

 private:
  Env& env_;
  mutable std::mutex mutex_;
  LineRates rates_;
  std::shared_ptr<const Publication> current_ = std::make_shared<Publication>();
};

}  // namespace mta
