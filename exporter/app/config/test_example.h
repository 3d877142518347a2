// For tests: the annotated configuration of deploy/, and the same with all its settings switched on.
#pragma once

#include <fstream>
#include <sstream>
#include <string>

namespace mta {

inline std::string ExampleFile() {
  std::ifstream file(MTA_SOURCE_DIR "/deploy/mta_exporter.yml");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// `#key: value` and what is indented below it are settings, `# words` are not.
inline std::string ExampleSwitchedOn() {
  std::istringstream lines(ExampleFile());
  std::string text;
  for (std::string line; std::getline(lines, line);) {
    const bool setting = line.size() > 1 && line[0] == '#' && (line[1] != ' ' || line.starts_with("#  "));
    text += (setting ? line.substr(1) : "") + "\n";
  }
  return text;
}

}  // namespace mta
