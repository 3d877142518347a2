// What smtpd, postscreen, cleanup and milters did to a client, sender, recipient or message.
//
//   ACT: STAGE from N[A][:PORT]: TEXT; [from=<S>] [to=<R>] [proto=P] [helo=<H>] …       smtpd, cleanup's
//   milters ACT: STAGE from [A]:PORT: TEXT; from=<S>, to=<R>, proto=P, helo=<H>                  postscreen
//   ACT: STAGE: NNN TEXT; from=<S> …                                                     smtpd proxy-accept,
//   proxy-reject ACT: (header|body|mime-error|…) CONTENT from N[A]|local; from=<S> …[: TEXT]          cleanup
// Postfix 2.3–3.12: src/smtpd/smtpd_check.c, smtpd_milter.c, smtpd_proxy.c, src/cleanup/cleanup_message.c,
// cleanup_milter.c, src/postscreen.  CONTENT, TEXT, S, R and H hold text of strangers.
#pragma once

#include <string_view>

#include "collectors/postfix/address.h"
#include "exporter/events/events.h"

namespace mta::postfix {

struct ActionLine {
  std::string_view action;  // as logged: reject, milter-reject, hold, …
  SmtpCommand command = SmtpCommand::kOther;
  bool content = false;     // a header or body check
  Peer client;              // empty where the line has none
  std::string_view code;    // three digits, or empty
  std::string_view text;    // with its code, without the attributes behind it
  std::string_view sender;  // as the attributes give them: no more than a hint
  std::string_view recipient;
};

// `text` begins with ACT.
bool ParseAction(std::string_view text, ActionLine& out);

// `STAGE` of an action or of a lost connection: RCPT, END-OF-MESSAGE, `DATA content`, …
SmtpCommand CommandOf(std::string_view stage);

}  // namespace mta::postfix
