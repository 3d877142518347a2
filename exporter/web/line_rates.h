// LineRates: how many lines a second each source has read lately.
//
// One thread at a time.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>

namespace mta {

class LineRates {
 public:
  // What a source has read since it began, as of now; counters may start over.
  void Add(const std::string& source, uint64_t lines, int64_t now_ns);

  // Over the last minute, or since it is known where that is less.  0 of one that is not known.
  double PerSecond(std::string_view source, int64_t now_ns) const;

 private:
  struct Sample {
    int64_t time_ns;
    uint64_t lines;
  };
  std::map<std::string, std::deque<Sample>, std::less<>> samples_;  // one a second at most, oldest first
};

}  // namespace mta
