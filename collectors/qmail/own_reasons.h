// Why qmail did not deliver a message: its own words first, what the remote host said second.
// qmail 1.03, netqmail, notqmail and their patched relatives.  Pure function, no allocation, any thread.
//
// What rblsmtpd told a client is a reply like any other: ClassifyReply() with `ours`.
#pragma once

#include <string_view>

#include "exporter/events/reason.h"

namespace mta::qmail {

// `report`: what follows `delivery D: deferral: ` or `failure: `, its `_` already made blanks, its lines
// parted by `/`. `temporary`: a deferral.
Reason DeliveryReason(std::string_view report, bool temporary);

}  // namespace mta::qmail
