// rsyslog.conf with all it includes, as rules: classic selectors and property filters, RainerScript's if,
// action (omfile), ruleset, call, include.  Anything else is passed over; a file name made from a template is
// unknown.
#pragma once

#include <string>
#include <string_view>

#include "exporter/app/discovery/files.h"
#include "exporter/app/discovery/rules.h"

namespace mta {

// Rules of `path`; none where it cannot be read.
SyslogRules ReadRsyslog(DiscoveryFiles& files, const std::string& path);

// Lines that end in a backslash joined with the next one, whose leading blanks are dropped.
std::string JoinContinuedLines(std::string_view text);

}  // namespace mta
