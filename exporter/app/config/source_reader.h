// One entry of `sources:`, and what two of them may not have in common.
#pragma once

#include <vector>

#include "exporter/app/config/config.h"
#include "exporter/app/config/yaml_value.h"

namespace mta {

// A source with the places that errors about it name.
struct PlacedSource {
  SourceConfig source;
  YamlValue at;     // the entry
  YamlValue name;   // its name, else the entry
  YamlValue input;  // log, journal, syslog or stdin, else the entry
  bool has_input = false;
};

PlacedSource ReadSource(const YamlValue& entry);

// Gives names to those that have none, and rejects what would count a line twice or has a name twice.
void CheckTogether(std::vector<PlacedSource>& sources);

}  // namespace mta
