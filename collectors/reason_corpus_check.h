// For the tests of own_reasons.h: the texts under tests/reasons, each with the reason it stands for.
//
// Columns: mta, result (deferred, bounced, deferral, failure, reject), enhanced status, text, reason.
// reasons.tsv is the contract's, neighbours.tsv its extension to other texts of the same kinds.
#pragma once

#include <array>
#include <fstream>
#include <string>
#include <vector>

#include "catch.h"
#include "exporter/events/reason.h"

namespace mta {

struct ReasonSample {
  std::string mta, result, enhanced_status, text, reason;
};

inline ReasonSample ParseSample(const std::string& line) {
  std::array<std::string, 5> cells;
  size_t cell = 0;
  for (char c : line) {
    if (c == '\t') {
      REQUIRE(++cell < cells.size());
    } else {
      cells[cell] += c;
    }
  }
  REQUIRE(cell == cells.size() - 1);
  return {cells[0], cells[1], cells[2], cells[3], cells[4]};
}

// `classify` makes a Reason of a ReasonSample.  `least`: how many samples of this MTA there must be at least.
template <typename Classify>
void CheckReasonCorpus(const std::string& mta, size_t least, Classify classify) {
  size_t seen = 0;
  for (const char* name : {"reasons.tsv", "neighbours.tsv"}) {
    std::ifstream in(std::string(MTA_SOURCE_DIR) + "/tests/reasons/" + name);
    REQUIRE(in);
    std::string line;
    std::getline(in, line);  // the head
    while (std::getline(in, line)) {
      INFO(name << ": " << line);
      const ReasonSample sample = ParseSample(line);
      if (sample.mta != mta) continue;
      ++seen;
      CHECK(ReasonName(classify(sample)) == sample.reason);
    }
  }
  CHECK(seen >= least);
}

}  // namespace mta
