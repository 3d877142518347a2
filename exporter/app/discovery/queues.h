// The queue directories of this machine's sendmail and qmail; Postfix names its own in main.cf.
#pragma once

#include <string>
#include <vector>

#include "exporter/app/discovery/files.h"

namespace mta {

// QueueDirectory of sendmail.cf and submit.cf, and what queue groups have (lines Q, P=).  Patterns, as
// sendmail takes them, are spread out; a directory below another one is left out, as it is scanned with it.
std::vector<std::string> FindSendmailQueues(DiscoveryFiles& files);

// Of qmail, netqmail and notqmail; none where there is none.
std::vector<std::string> FindQmailQueues(const DiscoveryFiles& files);

}  // namespace mta
