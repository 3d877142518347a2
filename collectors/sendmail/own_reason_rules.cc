#include "collectors/sendmail/own_reason_rules.h"

namespace mta::sendmail {
namespace {

using enum Reason;

constexpr ReasonRule kStat[] = {
    // Deferred: the connection
    {"^deferred: connection refused by", kConnectionRefused, "nobody listens there",
     "Deferred: Connection refused by mx.example.net."},
    {"^deferred: connection timed out with", kConnectionTimeout, "connect or mid-session",
     "Deferred: Connection timed out with mx.example.net."},
    {"^deferred: connection reset by", kConnectionLost, "in mid-session",
     "Deferred: Connection reset by mx.example.net."},
    {"^deferred*no route to host", kNetworkUnreachable, "routing",
     "Deferred: mx.example.net.: No route to host"},
    {"^deferred*unreachable", kNetworkUnreachable, "Network, Host is unreachable",
     "Deferred: mx.example.net.: Network is unreachable"},
    {"^deferred* is down", kNetworkUnreachable, "Host, Network is down",
     "Deferred: mx.example.net.: Host is down"},
    {"^deferred*connection refused", kConnectionRefused, "older forms",
     "Deferred: mx.example.net.: Connection refused"},
    {"^deferred*timed out", kConnectionTimeout, "Operation timed out, older forms",
     "Deferred: Operation timed out with mx.example.net."},
    {"^deferred*broken pipe", kConnectionLost, "in mid-session", "Deferred: Broken pipe"},

    // Deferred: names
    {"^deferred: name server:", kDnsTemporary, "no answer from the DNS",
     "Deferred: Name server: mx.example.net.: host name lookup failure"},
    {"^deferred: dns failure", kDnsTemporary, "CNAME loops and the like",
     "Deferred: DNS failure: CNAME loop for x.example"},
    {"^name server:", kDnsTemporary, "without the first word",
     "Name server: mx.example.net: host name lookup failure"},

    // Deferred: this host
    {"exited with ex tempfail", kLocalError, "a local mailer",
     "Deferred: local mailer (/usr/bin/procmail) exited with EX_TEMPFAIL"},
    {"^deferred: user database error", kLocalError, "userdb", "Deferred: user database error"},
    {"^deferred: transient parse error", kLocalError, "a map could not be read",
     "Deferred: Transient parse error -- message queued for future delivery"},
    {"^deferred: *open failed", kLocalError, "a file of this host",
     "Deferred: local.cf open failed: Permission denied"},
    {"^deferred: insufficient disk space", kLocalError, "the queue's disk",
     "Deferred: Insufficient disk space"},

    // exit status of a mailer, or what sendmail makes of a reply
    {"^host unknown", kDnsNotFound, "EX_NOHOST",
     "Host unknown (Name server: nosuch.example: host not found)"},
    {"^service unavailable", kDnsNotFound, "the domain's MX record says: no mail", "Service unavailable",
     "5.1.10"},
    {"^data format error", kProtocolError, "EX_DATAERR; also 501 and 553 to MAIL", "Data format error"},
    {"^remote protocol error", kProtocolError, "EX_PROTOCOL", "Remote protocol error"},
    {"^local configuration error", kLocalError, "EX_CONFIG; also: the mail loops back",
     "Local configuration error"},
    {"^i/o error", kLocalError, "EX_IOERR", "I/O error"},
    {"^operating system error", kLocalError, "EX_OSERR", "Operating system error"},
    {"^insufficient permission", kLocalError, "EX_NOPERM", "Insufficient permission"},
    {"^cant create output", kMailboxFull, "EX_CANTCREAT of a mailer that said why", "Can't create output",
     "5.2.2"},
    {"^cant create output", kLocalError, "EX_CANTCREAT", "Can't create output"},
    {"^cannot open input", kLocalError, "EX_NOINPUT", "Cannot open input"},
    {"^system file missing", kLocalError, "EX_OSFILE", "System file missing"},
    {"^internal error", kLocalError, "EX_SOFTWARE", "Internal error"},
    {"^command line usage error", kLocalError, "EX_USAGE", "Command line usage error"},
    {"^unknown mailer error", kLocalError, "any other exit status", "unknown mailer error 99"},
};

}  // namespace

ReasonTable StatRules() {
  return kStat;
}

}  // namespace mta::sendmail
