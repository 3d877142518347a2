#include "collectors/postfix/own_reason_rules.h"

namespace mta::postfix {
namespace {

using enum Reason;

constexpr ReasonRule kDelivery[] = {
    // smtp, lmtp: connections
    {"^connect to*connection refused", kConnectionRefused, "nobody listens there",
     "connect to mx.example.net[192.0.2.1]:25: Connection refused"},
    {"^connect to*timed out", kConnectionTimeout, "Linux: Connection, BSD: Operation timed out",
     "connect to mx.example.net[192.0.2.1]:25: Connection timed out"},
    {"^connect to*no route to host", kNetworkUnreachable, "routing",
     "connect to mx.example.net[192.0.2.1]:25: No route to host"},
    {"^connect to*unreachable", kNetworkUnreachable, "Network, Host or Destination is unreachable",
     "connect to mx.example.net[2001:db8::1]:25: Network is unreachable"},
    {"^connect to* is down", kNetworkUnreachable, "Network or Host is down",
     "connect to mx.example.net[192.0.2.1]:25: Host is down"},
    {"^connect to*reset by peer", kConnectionLost, "reset during the handshake",
     "connect to mx.example.net[192.0.2.1]:25: Connection reset by peer"},
    {"^connect to*no such file or directory", kLocalError, "the unix socket of a local server is not there",
     "connect to mx.example.net[private/dovecot-lmtp]: No such file or directory"},
    {"^connect to*resource temporarily unavailable", kLocalError, "the unix socket of a local server is busy",
     "connect to mx.example.net[private/dovecot-lmtp]: Resource temporarily unavailable"},
    {"^connect to*permission denied", kLocalError, "unix socket or firewall of this host",
     "connect to mx.example.net[private/dovecot-lmtp]: Permission denied"},
    {"^connect to*cannot assign requested address", kLocalError, "smtp_bind_address is not on this host",
     "connect to mx.example.net[192.0.2.1]:25: Cannot assign requested address"},
    {"^connect to*server dropped connection", kConnectionLost, "Postfix 2.2 and older",
     "connect to mx.example.net[192.0.2.1]: server dropped connection without sending the initial "
     "SMTP greeting"},
    {"^connect to", kConnectionFailed, "any other error",
     "connect to mx.example.net[192.0.2.1]:25: Address family not supported by protocol"},
    {"^lost connection with", kConnectionLost, "closed or reset in mid-session",
     "lost connection with mx.example.net[192.0.2.1] while sending RCPT TO"},
    {"^conversation with*timed out while", kConnectionTimeout, "silence in mid-session",
     "conversation with mx.example.net[192.0.2.1] timed out while sending message body"},

    // smtp: names
    {"^host or domain name not found*try again", kDnsTemporary, "no answer from the DNS",
     "Host or domain name not found. Name service error for name=example.net type=MX: Host not "
     "found, try again"},
    {"^host or domain name not found*malformed", kDnsTemporary, "no usable answer from the DNS",
     "Host or domain name not found. Name service error for name=x.example type=MX: Malformed or "
     "unexpected name server reply"},
    {"^host or domain name not found*host not found", kDnsNotFound, "the DNS says there is none",
     "Host or domain name not found. Name service error for name=nosuch.example type=A: Host not found"},
    {"^host or domain name not found*host found but no data record", kDnsNotFound,
     "a name without MX and address",
     "Host or domain name not found. Name service error for name=x.example type=AAAA: Host found "
     "but no data record of requested type"},
    {"^host or domain name not found", kDnsTemporary, "any other error, and it will be tried again",
     "Host or domain name not found. Name service error for name=x.example type=MX: Non-recoverable error",
     "4."},
    {"^host or domain name not found", kDnsNotFound, "any other error",
     "Host or domain name not found. Name service error for name=x.example type=MX: Unknown server error",
     "5."},
    {"^unable to look up host*temporary failure", kDnsTemporary, "getaddrinfo(): EAI_AGAIN",
     "unable to look up host mx.example.net: Temporary failure in name resolution"},
    {"^unable to look up host*try again", kDnsTemporary, "getaddrinfo(): EAI_AGAIN elsewhere",
     "unable to look up host mx.example.net: Host name lookup failure, try again"},
    {"^unable to look up host", kDnsNotFound, "getaddrinfo(): EAI_NONAME, EAI_NODATA",
     "unable to look up host mx.example.net: Name or service not known"},
    {"^unable to find primary relay for", kDnsNotFound, "no MX better than this host itself",
     "unable to find primary relay for example.net"},
    {"^domain*does not accept mail (nullmx)", kDnsNotFound, "the domain's MX record says: no mail",
     "Domain example.net does not accept mail (nullMX)"},
    {"^no mx host for*has a valid address record", kDnsNotFound, "MX names without address",
     "no MX host for example.net has a valid address record"},
    {"^tlsa lookup error for", kDnsTemporary, "DANE records cannot be fetched",
     "TLSA lookup error for mx.example.net:25"},
    {"^mail for*loops back to myself", kLoop, "this host is the best MX and does not know it",
     "mail for example.net loops back to myself"},
    {"^mail forwarding loop for", kLoop, "local: Delivered-To", "mail forwarding loop for u@example.net"},
    {"^too many hops", kLoop, "hopcount_limit", "too many hops"},
    {"^alias database loop for", kLoop, "local", "alias database loop for u"},

    // smtp: TLS, SASL, features
    {"^tls is required", kTls, "a TLS policy of this host",
     "TLS is required, but was not offered by host mx.example.net[192.0.2.1]"},
    {"^cannot start tls", kTls, "handshake failed", "Cannot start TLS: handshake failure"},
    {"^server certificate not", kTls, "verified, trusted", "Server certificate not verified"},
    {"^client tls configuration problem", kTls, "smtp_tls_* cannot be used",
     "client TLS configuration problem"},
    {"^sender requested requiretls", kTls, "RFC 8689, and the server cannot",
     "Sender requested REQUIRETLS, but my configured TLS security level 'may' disables encryption. "
     "The last attempted server was x"},
    {"^requiretls", kTls, "RFC 8689",
     "REQUIRETLS policy configuration error. The last attempted server was x"},
    {"^sasl", kAuthentication, "the relay does not take this host's password or mechanisms",
     "SASL authentication failed; server mx.example.net[192.0.2.1] said: 535 5.7.8 Error: "
     "authentication failed"},
    {"^smtputf8 is required", kProtocolError, "the server lacks SMTPUTF8",
     "SMTPUTF8 is required, but was not offered by host mx.example.net[192.0.2.1]"},
    {"^message size*exceeds size limit", kMessageTooLarge, "the server's SIZE",
     "message size 25600000 exceeds size limit 10485760 of server mx.example.net[192.0.2.1]"},

    // local, virtual: mailboxes
    {"^unknown user:", kUserUnknown, "local, virtual", "unknown user: \"nobody2\""},
    {"^user unknown", kUserUnknown, "pipe, error, rewriting",
     "user unknown. Command output: no such mailbox"},
    {"quota exceeded", kMailboxFull, "EDQUOT, and what delivery programs say",
     "maildir delivery failed: error writing message: Disk quota exceeded"},
    {"error writing message: file too large", kMailboxFull, "mailbox_size_limit, virtual_mailbox_limit",
     "cannot update mailbox /var/mail/u for user u. error writing message: File too large"},
    {"^maildir delivery failed", kLocalError, "local, virtual",
     "maildir delivery failed: create maildir file /srv/m/u/tmp/x: Permission denied"},
    {"^cannot update mailbox", kLocalError, "local, virtual",
     "cannot update mailbox /var/mail/u for user u. destination /var/mail/u is not owned by recipient"},
    {"^delivery failed to mailbox", kLocalError, "virtual",
     "delivery failed to mailbox /srv/mail/u3: unable to create lock file /srv/mail/u3.lock: No "
     "such file or directory"},
    {"^cannot access", kLocalError, "local, virtual: a mailbox that is locked, a directory",
     "cannot access mailbox /var/mail/u for user u. unable to lock for exclusive access: Resource "
     "temporarily unavailable"},
    {"^cannot append message to", kLocalError, "local: a file of an alias or .forward",
     "cannot append message to file /srv/x: cannot open file: Is a directory"},
    {"^destination*is not", kLocalError, "local", "destination /var/mail/u is not owned by recipient"},

    // pipe, local: programs
    {"^host name unknown", kDnsNotFound, "the program's exit status (EX_NOHOST)",
     "host name unknown. Command output: uux: no such site"},
    {"^data format error", kProtocolError, "the program's exit status (EX_DATAERR)",
     "data format error. Command output: bad header"},
    {"^remote error in protocol", kProtocolError, "the program's exit status (EX_PROTOCOL)",
     "remote error in protocol"},
    {"^temporary failure. command output", kLocalError, "the program's exit status (EX_TEMPFAIL)",
     "temporary failure. Command output: spamc: connection refused"},
    {"^command died with", kLocalError, "status or signal",
     "Command died with status 1: \"/usr/bin/procmail\". Command output: procmail: something is wrong"},
    {"^command time limit exceeded", kLocalError, "command_time_limit",
     "Command time limit exceeded: \"/usr/bin/vacation\""},
    {". command output: ", kLocalError, "any other exit status",
     "can't create user output file. Command output: mkdir: Permission denied"},

    // the rest of this host
    {"^mail transport unavailable", kLocalError, "qmgr", "mail transport unavailable"},
    {"^unknown mail transport error", kLocalError, "qmgr", "unknown mail transport error"},
    {"^mail system configuration error", kLocalError, "any delivery agent",
     "mail system configuration error"},
    {"^bounce or trace service failure", kLocalError, "the bounce daemon did not answer",
     "bounce or trace service failure"},
    {"queue file write error", kLocalError, "disk full or limit", "queue file write error"},
    {"lookup error", kLocalError, "a table of this host", "Temporary lookup error"},
    {"lookup failure", kLocalError, "a table of this host", "table lookup failure"},
    {"^alias database unavailable", kLocalError, "local", "alias database unavailable"},
    {"^address resolver failure", kLocalError, "trivial-rewrite", "address resolver failure"},
    {"^unable to forward message", kLocalError, "local", "unable to forward message"},
    {"^local data error while talking to", kLocalError, "the queue file cannot be read",
     "local data error while talking to mx.example.net[192.0.2.1]"},
    {"^network address conversion failed", kLocalError, "this host",
     "network address conversion failed: Invalid argument"},
    {"^all network protocols are disabled", kLocalError, "inet_protocols",
     "all network protocols are disabled"},
    {"^internal protocol error", kLocalError, "between Postfix's own programs", "internal protocol error"},
    {"nesting limit exceeded", kLocalError, "local: aliases of aliases", ":include: nesting limit exceeded"},
};

constexpr ReasonRule kReject[] = {
    {"bare <lf> received", kProtocolError, "smtpd_forbid_bare_newline, with or without a code",
     "bare <LF> received"},
    {"^message content rejected", kPolicy, "header_checks, body_checks without a text of their own",
     "message content rejected"},
    {"^service currently unavailable", kGreylisted,
     "postscreen: the client has passed the deep protocol tests and has to come again",
     "450 4.3.2 Service currently unavailable", "4.3.2"},
    {"^service currently unavailable", kPolicy, "postscreen: a client on its denylist",
     "550 5.3.2 Service currently unavailable", "5.3.2"},
    {"^service unavailable try again later", kLocalError,
     "smtpd, cleanup: a milter is dead, or deferred without a text",
     "4.7.1 Service unavailable - try again later"},
    {"^all server ports busy", kLocalError, "postscreen: no smtpd process is free", "all server ports busy"},
    {"^all screening ports busy", kLocalError, "postscreen itself is full", "all screening ports busy"},
};

}  // namespace

ReasonTable DeliveryRules() {
  return kDelivery;
}
ReasonTable RejectRules() {
  return kReject;
}

}  // namespace mta::postfix
