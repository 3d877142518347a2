// Why qmail did not deliver a message: its own words first, what the remote host said second.
// qmail 1.03, netqmail, notqmail and their patched relatives.  Pure function, no allocation; any
// thread with a memo of its own.
//
// What rblsmtpd told a client is a reply like any other: ClassifyReply() with `ours`.
#pragma once

#include <string_view>

#include "exporter/events/reason.h"
#include "exporter/events/reason_memo.h"

namespace mta::qmail {

// `report`: what follows `delivery D: deferral: ` or `failure: `, its `_` already made blanks, its lines
// parted by `/`. `temporary`: a deferral.
Reason DeliveryReason(std::string_view report, bool temporary, ReasonMemo& memo);

}  // namespace mta::qmail
