// LogWriter: an endless log woven from many flows at once, the same for the same seed.
//
// One thread.  Keeps `open` flows under way and writes the next line of a random one, so that lines of
// different messages stand between each other as in a real log.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "tests/bench/flow_template.h"
#include "tests/bench/line_stamp.h"

namespace mta::bench {

enum class Mta : uint8_t { kPostfix, kSendmail, kQmail };

struct LogStatistics {
  uint64_t lines = 0;
  uint64_t delivery_lines = 0;  // results of delivery attempts
};

class LogWriter {
 public:
  LogWriter(Mta mta, const std::vector<Flow>& flows, LineStamp stamp, size_t open, uint64_t seed);

  // Appends the next line, newline included, as written at `time_ns`.
  void AppendLine(int64_t time_ns, std::string& out);

  const LogStatistics& statistics() const { return statistics_; }

 private:
  struct OpenFlow {
    const Flow* flow = nullptr;
    size_t line = 0;                  // the next one
    std::vector<std::string> values;  // by slot; empty until first used
  };

  uint64_t Below(uint64_t limit) { return random_() % limit; }
  void Begin(OpenFlow& open);
  void AppendPart(const Part& part, OpenFlow& open, std::string& out);
  void DrawValue(Field field, std::string& value);
  void AppendQueueId(std::string& out);
  void AppendDomain(std::string& out);
  void AppendDelay(bool slow, std::string& out);

  Mta mta_;
  const std::vector<Flow>& flows_;
  LineStamp stamp_;
  std::mt19937_64 random_;  // its sequence is fixed by the standard
  uint64_t total_weight_ = 0;
  std::vector<OpenFlow> open_;
  uint64_t messages_ = 0;
  uint64_t deliveries_ = 0;
  int local_open_ = 0;  // qmail deliveries under way
  int remote_open_ = 0;
  LogStatistics statistics_;
};

}  // namespace mta::bench
