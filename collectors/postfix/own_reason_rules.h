// Postfix's own words for what went wrong, as ordered tables (Postfix 2.3 to 3.12).
#pragma once

#include "exporter/events/reason_rules.h"

namespace mta::postfix {

// Texts of smtp, lmtp, local, virtual, pipe, qmgr, cleanup and bounce that quote no remote reply.
ReasonTable DeliveryRules();
// Reject texts of smtpd, cleanup and postscreen that mean something else coming from this host than from
// another.
ReasonTable RejectRules();

}  // namespace mta::postfix
