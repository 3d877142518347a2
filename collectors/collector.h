// Collector: knows the log lines of one mail transfer agent.
//
// Step() is a pure function of the collector's own state and the record: no clock, no I/O, no randomness, no
// allocation once warm; time is log time.  The same bytes give the same events whatever chunks they came in,
// and Save()/Restore() between any two lines changes nothing.  One collector serves one log source; one
// thread calls it.
//
// An MTA is a folder here: <name>/<name>_collector.cc defines mta::<name>::kCollectorType, and the build puts
// it into CollectorTypes().  Collectors never include each other.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/base/bytes.h"
#include "exporter/events/events.h"
#include "exporter/record/record.h"

namespace mta {

// What a collector made of a line.
enum class Verdict : uint8_t {
  kParsed,        // gave at least one event that can be counted
  kIgnored,       // known, feeds no metric
  kForeign,       // another program's line
  kUnrecognized,  // this MTA's line, but unknown or damaged
};

struct CollectorOptions {
  // True: the log was said to be this MTA's (--mta=postfix), so whatever can be its line is.  False (auto):
  // only lines whose tag or shape names this MTA (METRICS.md section 9, "Whose line"); the rest is kForeign.
  bool only_mta = false;
  std::vector<std::string> syslog_names = {};  // Postfix: only these instances; empty: all
  std::vector<std::string> sendmail_tags = {"sm-mta",   "sm-msp-queue", "sm-client",
                                            "sendmail", "sendmail-mta", "sendmail-msp"};
  std::vector<std::string> internal_relays =
      {};                         // address or address:port; deliveries to them are hop="internal"
  size_t max_messages = 200'000;  // tracked at once; the least recently seen goes first
  int64_t max_age_ns = 7LL * 24 * 3600 * 1'000'000'000;  // a message unseen for so long is forgotten
};

// How full the collector's table of open messages is.
struct TrackingStats {
  uint64_t tracked = 0;  // messages remembered now
  uint64_t evicted = 0;  // forgotten for want of room or by age, ever
};

// For mta_exporter_source_warning and the people who look at the landing page.
struct CollectorWarning {
  std::string_view name;  // value of the label `warning`, from a closed set; static storage
  std::string_view text;  // one sentence: what is wrong, and what mends it; static storage
};

class Collector {
 public:
  virtual ~Collector() = default;
  virtual Verdict Step(const LogRecord& record, EventSink& sink) = 0;
  // No line will follow: what waited for the next one is told now.  Not for a pause, nor before a Save().
  virtual void Finish(EventSink&) {}
  // Which message the last line was about; empty where it was about none, or where it was foreign.  Borrowed,
  // at the longest until the next Step() and as long as that record.
  virtual std::string_view queue_id() const { return {}; }
  virtual TrackingStats tracking() const = 0;
  // A standing doubt about the log itself; its name is empty where there is none.
  virtual CollectorWarning warning() const { return {}; }
  // Everything Step() depends on.  Restore() of other bytes than Save()'s gives false and leaves the
  // collector empty.
  virtual void Save(ByteWriter& out) const = 0;
  virtual bool Restore(ByteReader& in) = 0;
};

struct CollectorType {
  std::string_view mta;  // value of the label `mta`
  std::unique_ptr<Collector> (*make)(const CollectorOptions&);
  std::span<const SpecificMetric* const> metrics;  // mta_<name>_*: what SpecificObservation may name
  std::string_view transports;  // blank separated, the closed list of METRICS.md without "other"
  // Every line about a message bears its queue id.  False: some name it by a number that another line
  // explained.
  bool lines_bear_queue_id = true;
};

// All collectors of this build, in alphabetical order.  Generated; static storage.
std::span<const CollectorType* const> CollectorTypes();

}  // namespace mta
