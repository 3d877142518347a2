// What refusals of all kinds have in common: `reject=CODE X.Y.Z TEXT`.
#pragma once

#include <string_view>

#include "exporter/events/events.h"

namespace mta::sendmail {

// The three digits a reply begins with; empty where it begins otherwise.
std::string_view ReplyCode(std::string_view reply);

// The value of the last `, reject=`: what stands before it may be the client's to forge.  Empty where there
// is none.
std::string_view LastReject(std::string_view text);

// The command a ruleset judges.
SmtpCommand CommandOfRuleset(std::string_view ruleset);

}  // namespace mta::sendmail
