// Which program this is.
#pragma once

#include <string>

namespace mta {

// The project's version, as CMakeLists.txt gives it: "0.1.0".
std::string ProgramVersion();

// The hash of the commit it was built from, as exporter/cmake/version.cmake found it when the build was
// configured; "" outside of git.
std::string SourceRevision();

}  // namespace mta
