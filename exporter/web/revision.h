// The commit this program was built from.
#pragma once

#include <string>

namespace mta {

// Its hash, as exporter/cmake/revision.cmake found it when the build was configured; "" outside of git.
std::string SourceRevision();

}  // namespace mta
