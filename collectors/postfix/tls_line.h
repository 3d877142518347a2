// The TLS summary (Postfix 2.6–3.12, src/tls/tls_misc.c tls_log_summary; smtpd, smtp, lmtp, tlsproxy;
// tls_loglevel >= 1).
//
//   (Anonymous|Untrusted|Trusted|Verified) TLS connection (established|reused) (from N[A][ to SNI]|to
//   N[A]:P): PROTO with cipher …
#pragma once

#include <string_view>

namespace mta::postfix {

struct TlsLine {
  std::string_view verification;  // Anonymous, Untrusted, Trusted, Verified
  std::string_view protocol;      // TLSv1.3
  bool inbound = false;
  bool reused = false;
};

bool ParseTls(std::string_view text, TlsLine& out);

// What else is said of a peer and feeds nothing, its certificate above all: `N[A]:P: Trusted: subject_CN=…`
// (level 1), `N[A]: TLS cipher list …` (level 2), `N[A]: replacing command …`.
bool IsPeerDetail(std::string_view text);

}  // namespace mta::postfix
