// FlowTemplate: the line shapes of one MTA's log, as templates/README.md describes them.
//
// A flow is what one message or one session leaves in the log, line by line.  Parsed once; read only
// afterwards.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "exporter/base/result.h"

namespace mta::bench {

// What a field in braces becomes.
enum class Field : uint8_t {
  kText,  // literal text, no field
  kQueueId,
  kPid,
  kUser,
  kDomain,
  kAddress,
  kSize,
  kPort,
  kHex,
  kDelivery,
  kFastDelay,
  kSlowDelay,
  kLocalBegins,
  kLocalEnds,
  kRemoteBegins,
  kRemoteEnds,
  kLocalOpen,
  kRemoteOpen,
};

// The fields up to this one have one value for a whole flow.
constexpr Field kLastFlowField = Field::kDelivery;

struct Part {
  Field field = Field::kText;
  uint8_t slot = 0;  // which value of the flow, for the fields that have one
  std::string text;  // for kText
};

struct Line {
  std::vector<Part> parts;
  bool delivery = false;  // the result of a delivery attempt
};

struct Flow {
  std::string name;
  uint32_t weight = 0;  // how often it happens, relative to the others
  uint8_t slots = 0;    // how many values it needs
  std::vector<Line> lines;
};

// All flows of the file at `path`.  The error names file and line.
Result<std::vector<Flow>> ReadFlows(const std::string& path);

}  // namespace mta::bench
