#include "collectors/postfix/words.h"

#include <array>
#include <cstdint>
#include <iterator>

namespace mta::postfix {
namespace {

// Any program may write these; behind a queue id or not.
constexpr std::string_view kKnownBeginnings[] = {
    "table ",
    "statistics: ",
    "cache ",
    "setting up TLS connection ",
    "certificate verification ",
    "client certificate verification ",
    "cannot load Certification Authority data",
    "cannot set default OpenSSL certificate ",
    "TLS protocol trace ",
    "TLS support is not compiled in",
    "skipping ",
    "trying... [",
    "Run-time linked against ",
    "database ",
    "mapping DSN status ",
    "discarding EHLO keywords: ",
    "using backwards-compatible default setting ",
    "open database ",
    "close database ",
    // smtp, lmtp
    "enabling PIX workarounds: ",
    "breaking line > ",
    "passing <",
    "replace: ",
    "Host offered STARTTLS: ",
    "TLSRPT: ",
    "Sender requested REQUIRETLS",
    "TLS connection reused ",
    // smtp_tls_loglevel, smtpd_tls_loglevel 2 and up
    "SSL_connect:",
    "SSL_accept:",
    "SSL3 alert ",
    "SSL_set_fd error ",
    "save session ",
    "looking for session ",
    "reloaded session ",
    "remove session ",
    // debug_peer_list: the conversation
    "> ",
    "< ",
    "status=deferred (",
    "smtp_connect_",
    "replacing server reply ",
    "native lookup result: ",
    "SMTPS wrappermode ",
    // smtpd
    "improper command pipelining after ",
    "SSL_accept error from ",
    "TLS SNI ",
    "bare <LF> received after ",
    "abort: TLS from ",
    "proxy-accept: ",
    "initializing the server-side TLS engine",
    "initializing the client-side TLS engine",
    "disconnect from ",
    // qmqpd
    "connect from ",
    "client=",
    // the SASL library
    "auxpropfunc error ",
    "sql_select option missing",
    // cleanup, qmgr, pickup, bounce
    "skipped, still being delivered",
    "not sending trace/success notification for ",
    "canceled",
    // postscreen, tlsproxy, dnsblog
    "DISCONNECT [",
    "CONNECT to [",
    "CONNECT from [",
    "TLS handshake failed for ",
    "entering STRESS mode",
    "leaving STRESS mode",
    "addr ",
    // master and the command line tools
    "master exit time has arrived",
    "exiting to reopen external entropy source ",
    "reload -- version ",
    "terminating on signal ",
    "starting the Postfix mail system",
    "stopping the Postfix mail system",
    "refreshing the Postfix mail system",
    "waiting for the Postfix mail system",
    "the Postfix mail system is ",
    "Postfix is ",
    "See http",
    "To disable backwards compatibility ",
    "flushing the ",
    "aborting the ",
    "requeued",
    "placed on hold",
    "released from hold",
    "expired",
    "Deleted: ",
    "Requeued: ",
    "Placed on hold: ",
    "Released from hold: ",
    "Force-expired: ",
    "Renamed to match inode number: ",
};

// The same by their first character, so that a line is compared only with those that share its own.
struct KnownByFirst {
  static constexpr size_t kCharacters = 128;
  std::array<std::string_view, std::size(kKnownBeginnings)> beginnings = {};
  std::array<uint8_t, kCharacters + 1> begin = {};  // of a character's own

  constexpr KnownByFirst() {
    size_t size = 0;
    for (size_t c = 0; c < kCharacters; ++c) {
      begin[c] = static_cast<uint8_t>(size);
      for (std::string_view text : kKnownBeginnings) {
        if (text.front() == static_cast<char>(c)) beginnings[size++] = text;
      }
    }
    begin[kCharacters] = static_cast<uint8_t>(size);
  }
};
constexpr KnownByFirst kKnownByFirst;

struct Action {
  std::string_view word;
  std::string_view label;
};

constexpr Action kActions[] = {
    {"reject", "reject"},
    {"reject_warning", "reject_warning"},
    {"warning", "warning"},
    {"warn", "warn"},
    {"info", "info"},
    {"hold", "hold"},
    {"discard", "discard"},
    {"redirect", "redirect"},
    {"filter", "filter"},
    {"replace", "replace"},
    {"prepend", "prepend"},
    {"strip", "strip"},
    {"bcc", "bcc"},
    {"delay", "delay"},
    {"pass", "pass"},
    {"permit", "permit"},
    {"proxy-reject", "proxy_reject"},
    {"milter-reject", "milter_reject"},
    {"milter-discard", "milter_discard"},
    {"milter-hold", "milter_hold"},
    {"milter-quarantine", "milter_quarantine"},
    {"milter-shutdown", "milter_shutdown"},
    {"milter-header-reject", "milter_header_reject"},
    {"milter-header-warning", "milter_header_warning"},
    {"milter-header-hold", "milter_header_hold"},
    {"milter-header-discard", "milter_header_discard"},
    {"milter-header-redirect", "milter_header_redirect"},
    {"milter-header-filter", "milter_header_filter"},
    {"milter-header-replace", "milter_header_replace"},
    {"milter-header-prepend", "milter_header_prepend"},
    {"milter-header-strip", "milter_header_strip"},
    {"milter-header-info", "milter_header_info"},
    {"milter-header-bcc", "milter_header_bcc"},
    {"milter-header-delay", "milter_header_delay"},
};

struct Fault {
  std::string_view words;
  ConnectionFault fault;
};

constexpr Fault kFaults[] = {
    {"Connection refused", ConnectionFault::kRefused},
    {"Connection timed out", ConnectionFault::kTimeout},
    {"Operation timed out", ConnectionFault::kTimeout},
    {"No route to host", ConnectionFault::kUnreachable},
    {"Network is unreachable", ConnectionFault::kUnreachable},
    {"Network is down", ConnectionFault::kUnreachable},
    {"Host is down", ConnectionFault::kUnreachable},
    {"Host is unreachable", ConnectionFault::kUnreachable},
    {"Connection reset by peer", ConnectionFault::kReset},
    {"Broken pipe", ConnectionFault::kLost},
    {"server dropped connection", ConnectionFault::kLost},
};

}  // namespace

bool IsKnownLine(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.empty() ? 0 : text.front());
  if (first >= KnownByFirst::kCharacters) return false;
  for (size_t i = kKnownByFirst.begin[first]; i < kKnownByFirst.begin[first + 1u]; ++i) {
    if (text.starts_with(kKnownByFirst.beginnings[i])) return true;
  }
  return false;
}

std::string_view ActionLabel(std::string_view action) {
  for (const Action& known : kActions) {
    if (known.word == action) return known.label;
  }
  return "other";
}

ConnectionFault FaultOf(std::string_view text) {
  for (const Fault& known : kFaults) {
    if (text.starts_with(known.words)) return known.fault;
  }
  return ConnectionFault::kOther;
}

}  // namespace mta::postfix
