// Where the journal's files lie, and whether they can be read.
#pragma once

#include <string>
#include <vector>

#include "exporter/base/env.h"
#include "exporter/journal/journal_options.h"

namespace mta {

// What must stay readable so that the journal can be followed: the folder that was named, else the places of
// this machine's own.
std::vector<std::string> JournalPlaces(const JournalOptions& options);

struct JournalFiles {
  bool exist = false;                         // whether or not they can be read
  std::vector<std::string> directories = {};  // with journal files in them
  // Why nothing can be read, or not what the machine's services write; one line.  Empty: all is well.
  std::string problem = {};
};
JournalFiles FindJournalFiles(Env& env, const JournalOptions& options);

}  // namespace mta
