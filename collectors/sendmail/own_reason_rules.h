// sendmail's own words for what went wrong: the texts of stat=, as an ordered table (sendmail 8.12 to 8.18).
#pragma once

#include "exporter/events/reason_rules.h"

namespace mta::sendmail {

ReasonTable StatRules();

}  // namespace mta::sendmail
