#include "exporter/web/revision.h"

namespace mta {

// MTA_REVISION is defined for this file alone: another commit compiles nothing else again.
std::string SourceRevision() {
  return MTA_REVISION;
}

}  // namespace mta
