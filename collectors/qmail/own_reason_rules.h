// qmail's own words for what went wrong: the sentences of qmail-remote, qmail-local and their spawners, as an
// ordered table (qmail 1.03, netqmail 1.06, notqmail, vpopmail, qmail-ldap, s/qmail).
#pragma once

#include "exporter/events/reason_rules.h"

namespace mta::qmail {

ReasonTable ReportRules();

}  // namespace mta::qmail
