// A source in one line, for a person: what is followed, and what of it.
#pragma once

#include <string>

#include "exporter/app/config/config.h"

namespace mta {

// "log /var/log/mail.log", "syslog tcp://127.0.0.1:5514", "standard input".
std::string DescribeInput(const Input& input);
// "mx1: log /var/log/mail.log, mta postfix, from its end, instances postfix, postfix-out".
std::string DescribeSource(const SourceConfig& source);

}  // namespace mta
