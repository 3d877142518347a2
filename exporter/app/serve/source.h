// Source: what the ingest thread reads lines from, and counts into metrics: a followed log, or another way
// in.
//
// The ingest thread only.  Between two Poll() calls Save() holds all that Poll() depends on besides the input
// itself, so that what was counted before it is not counted again after a restart, and what came later is.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "exporter/base/bytes.h"
#include "exporter/web/status.h"

namespace mta {

class Source {
 public:
  virtual ~Source() = default;

  // The label `source`; its state is kept under this name.
  virtual const std::string& name() const = 0;

  struct Polled {
    bool changed = false;  // at least one line was read, or there is something else to show
    bool more = false;     // the budget ended before the input did
  };
  // Takes what there is, up to about `budget_bytes`; never waits.
  virtual Polled Poll(uint64_t budget_bytes) = 0;

  // The exporter ends: takes what would not be there again at the next start.
  virtual void Finish() {}
  // Brings the gauges up to date; before every view.
  virtual void Refresh() = 0;
  virtual SourceStatus Status() const = 0;
  // What a Waiter should watch, as of the last Poll().
  virtual std::vector<std::string> WatchPaths() const { return {}; }

  virtual void Save(ByteWriter& out) const = 0;

  enum class Restored {
    kWhole,
    kPartly,   // it goes on where it was; of what it knew something could not be taken up
    kNothing,  // it is as new: what was counted from it is not known to be the past of what it will count
  };
  // What Save() wrote; once, before the first Poll().
  virtual Restored Restore(ByteReader& in) = 0;
};

}  // namespace mta
