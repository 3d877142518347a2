// What is wrong with a configuration file: where, what, and what would be right.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mta {

struct ConfigError {
  int line = 1;  // both from 1
  int column = 1;
  std::string key;  // `sources[0].log`, as in the file, counted from 0; empty: the file as a whole
  std::string message;
  // `FILE:LINE:COLUMN: KEY: MESSAGE`.
  std::string Text(std::string_view file) const;
};

// All of them, so that one look is enough to mend the file.
class ConfigErrors {
 public:
  void Add(ConfigError error);
  bool empty() const { return errors_.empty(); }
  // In the order of their places; a file that is wrong all over gives the first hundred.
  std::vector<ConfigError> Take();

 private:
  std::vector<ConfigError> errors_;
};

}  // namespace mta
