// LogRecord: one log line, freed from what the logger put around it.
//
// A record borrows: its views point into the line (or into the reader's scratch space where an escape had to
// be undone) and are valid until the next line is read.
#pragma once

#include <cstdint>
#include <limits>
#include <string_view>

namespace mta {

constexpr int64_t kNoTime = std::numeric_limits<int64_t>::min();

// The kind of envelope a line came in.  A collector may need it: qmail's own loggers write no host and no
// tag.
enum class Envelope : uint8_t {
  kSyslog,      // RFC 3164 or RFC 3339 stamp, host, tag (also postlogd, Solaris, AIX)
  kRfc5424,     // <PRI>1 stamp host app procid msgid structured-data message
  kTai64n,      // @ and 24 hex digits, no host, no tag (multilog, svlogd -t, s6-log t)
  kLocalStamp,  // date and time with fraction, no host, no tag (tai64nlocal, svlogd -tt, s6-log T)
  kEpoch,       // seconds.fraction since 1970, no host, no tag (accustamp)
  kBare,  // no stamp at all: the message alone (journal, standard output of a container, multilog without t)
};

struct LogRecord {
  int64_t time_ns = kNoTime;  // nanoseconds since 1970 UTC; kNoTime where the line bears none
  std::string_view host;      // as logged; empty where the envelope has none
  std::string_view tag;  // syslog tag without [pid] and colon, e.g. postfix/submission/smtpd; may be empty
  std::string_view pid;  // digits, may be empty
  std::string_view message;  // what the program itself wrote
  std::string_view line;     // the whole physical line without its newline
  // How often the message happened.  `message repeated N times: [ … ]` is N; `last message repeated N times`
  // is the host's previous message, N times.  0: a repeat of a line that was not seen: no event, to be
  // counted as ignored and not to be given to a collector.
  uint32_t repeat = 1;
  Envelope envelope = Envelope::kBare;
};

}  // namespace mta
