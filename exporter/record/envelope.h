// What syslog puts between the stamp and the message, taken off in the writer's order.  Nothing here has
// state.
#pragma once

#include <cstdint>
#include <string_view>

#include "exporter/base/scanner.h"
#include "exporter/record/record.h"

namespace mta {

// Hosts and tags are words of at most this many bytes; a longer word is text.
constexpr size_t kMaxHeaderWord = 255;

// `<PRI>`: up to three digits in angle brackets.
bool TakePriority(Scanner& text);

// `HOST TAG[PID]: MESSAGE`, what follows the stamp of RFC 3164 and its kin, to the end of the text.  Also
// without HOST (/dev/log, as syslogd received it) and without TAG (`HOST MESSAGE`); with FreeBSD's
// `<mail.info>` before HOST, AIX's `mail:info` before TAG, Solaris' `[ID 801593 mail.info]` before MESSAGE.
//
// `usual_host`: the host that most lines name, or empty; where it stands, the text is not searched for its
// end.
void SplitSyslog(Scanner text, std::string_view usual_host, LogRecord& record);

// `TAG[PID]: MESSAGE` alone; false where no tag stands there.
bool SplitTagged(Scanner text, LogRecord& record);

// `HOST APP PROCID MSGID STRUCTURED-DATA [MESSAGE]` (RFC 5424, what follows the stamp); `-` is an empty
// field. What is missing at the end is left empty.  rsyslog's template puts a second blank before MESSAGE,
// others a BOM.
void SplitRfc5424(Scanner text, LogRecord& record);

// A record that stands for earlier ones.
enum class Fold : uint8_t {
  kNone,
  kOwnMessage,   // rsyslog `message repeated 4 times: [ MESSAGE]`; record.message and record.repeat are set
  kLastMessage,  // BSD syslogd `last message repeated 4 times`; record.repeat is set
};
Fold Unfold(LogRecord& record);

}  // namespace mta
