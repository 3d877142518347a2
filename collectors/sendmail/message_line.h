// A `from=` line: a message as it was received, or a transaction that came to nothing.  sendmail 8.8 to 8.18.
//
//   from=ADDR, size=N, class=N[, pri=N], nrcpts=N[, msgid=ID][, bodytype=T][, proto=P][, daemon=D]
//     [, tls_verify=V][, tls_version=V, cipher=C][, auth=A], relay=R
//
// ADDR (cut to 200 bytes without mark) and ID (cut to 100) are the client's words.  Without msgid= the
// message was never collected.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mta::sendmail {

struct MessageLine {
  std::string_view sender;  // without angle brackets
  uint64_t size_bytes = 0;
  uint64_t recipients = 0;
  bool collected = false;       // has msgid=
  std::string_view message_id;  // at most 100 bytes of it
  std::string_view protocol;    // SMTP, ESMTP, ESMTPS, …; empty for local submissions
  std::string_view relay;
};

// `fields` is what follows `from=`, unescaped.  Nothing where the line is damaged.
std::optional<MessageLine> ParseMessageLine(std::string_view fields);

}  // namespace mta::sendmail
