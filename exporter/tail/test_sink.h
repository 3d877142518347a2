// For tests: remembers every line it was given.
#pragma once

#include <string>
#include <vector>

#include "exporter/tail/line_sink.h"

namespace mta {

class TestSink : public LineSink {
 public:
  void Line(std::string_view line) override { lines.emplace_back(line); }
  void OversizedLine(uint64_t bytes) override { lines.push_back("oversized " + std::to_string(bytes)); }

  std::vector<std::string> lines;
};

}  // namespace mta
