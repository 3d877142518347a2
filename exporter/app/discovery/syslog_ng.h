// syslog-ng.conf with all it includes, as rules: log paths, their filters and file() destinations.  Best
// effort: what is not understood (junctions, parsers' conditions, regular expressions) is "maybe"; file names
// with macros are unknown.
#pragma once

#include <string>

#include "exporter/app/discovery/files.h"
#include "exporter/app/discovery/rules.h"

namespace mta {

SyslogRules ReadSyslogNg(DiscoveryFiles& files, const std::string& path);

}  // namespace mta
