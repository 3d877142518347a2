// syslog.conf of the BSDs, sysklogd and busybox, as rules: selectors with files, `!program` blocks, include.
#pragma once

#include <string>

#include "exporter/app/discovery/files.h"
#include "exporter/app/discovery/rules.h"

namespace mta {

SyslogRules ReadSyslogd(DiscoveryFiles& files, const std::string& path);

}  // namespace mta
