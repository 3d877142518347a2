// Which records of the systemd journal are read.
#pragma once

#include <string>
#include <vector>

namespace mta {

struct JournalOptions {
  // Records of any of these units or with any of these identifiers (the syslog tag); with neither, those of
  // facility mail.
  std::vector<std::string> units = {};
  std::vector<std::string> identifiers = {};
  std::string directory = {};  // of journal files; empty: the journal of this machine
  bool operator==(const JournalOptions&) const = default;
};

}  // namespace mta
