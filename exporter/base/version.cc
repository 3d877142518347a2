#include "exporter/base/version.h"

namespace mta {

// Both macros are defined for this file alone: another commit compiles nothing else again.
std::string ProgramVersion() {
  return MTA_VERSION;
}

std::string SourceRevision() {
  return MTA_REVISION;
}

}  // namespace mta
