// The reason behind an SMTP reply: the same for every MTA that received it or gave it.
#pragma once

#include <string_view>

#include "exporter/events/reason.h"
#include "exporter/events/reason_memo.h"

namespace mta {

struct Reply {
  std::string_view text = {};  // the reply as logged, with its three digits where it has them
  std::string_view enhanced_status =
      {};             // RFC 3463 code the MTA logged beside it; empty: taken from the text
  bool ours = false;  // true: this host said it to a client (reject); false: a remote server said it
  bool about_connection = false;  // true: this MTA's own words for how the session went, no quoted reply
};

// connection_* and network_unreachable are said of this host's own connections alone: a server that speaks of
// its connections to others has trouble of its own, remote_system.
// The table of texts first, then the enhanced code, then the three digits, else Reason::kOther.  No
// allocation; any thread.
Reason ClassifyReply(const Reply& reply);
// The same, quicker where `memo` knows the reply with another address in it.
Reason ClassifyReply(const Reply& reply, ReasonMemo& memo);

}  // namespace mta
