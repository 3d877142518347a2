// Words that decide only where nothing better does: see reply_reason_rules.h.
#include "exporter/events/reply_reason_rules.h"

namespace mta {
namespace {

using enum Reason;

// More than a general code (5.7.1, 5.5.0) says, less than a specific one (5.1.1).
constexpr ReasonRule kGeneral[] = {
    {"spam|", kSpamContent, "the word alone", "554 5.7.0 Reject, id=1234-01 - spam"},
    {"attachment", kSpamContent, "what hangs on the message",
     "552 5.7.0 This message was blocked because of its attachments (.zip)"},
    {"spamtext", kSpamContent, "the word alone", "550 REJECTED - spamtext"},
    {"mailbox*unavailable", kMailboxUnavailable, "RFC 5321's 450 and 550",
     "550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302)."},
    {"mailbox*not available", kMailboxUnavailable, "the usual words",
     "550 5.7.1 Requested action not taken: mailbox not available"},
    {"user*unavailable", kMailboxUnavailable, "the usual words", "550 user temporarily unavailable"},
    {"recipient*unavailable", kMailboxUnavailable, "Mimecast and others",
     "451 Recipient temporarily unavailable"},
    {"account*unavailable", kMailboxUnavailable, "the usual words", "550 account is unavailable"},
    {"disabled*mailbox", kMailboxUnavailable, "the usual words", "550 disabled mailbox"},
    {"suspended", kMailboxUnavailable, "the usual words", "550 5.7.1 suspended"},
    {"disabled", kMailboxUnavailable, "the usual words", "550 disabled", {}, "550"},
    {"come back", kGreylisted, "a client that is new", "450 4.7.1 please come back in 5 minutes", "4.7."},
    {"come back", kGreylisted, "a client that is new", "450 4.2.0 please come back later", "4.2.0"},
    {"try again in", kGreylisted, "a client that is new: no trouble knows when it will be over",
     "451 4.7.1 Please try again in 10 minutes", "4.7."},
    {"try again in", kGreylisted, "a client that is new", "450 4.2.0 please try again in 10 minutes",
     "4.2.0"},
    {"retry in", kGreylisted, "a client that is new", "450 4.7.1 please retry in 5 minutes", "4.7."},
    {"retry in", kGreylisted, "a client that is new", "450 4.2.0 please retry in 5 minutes", "4.2.0"},
    {"too many", kRateLimited, "of anything", "450 4.7.1 too many of them"},
    {"limit exceeded", kRateLimited, "of anything", "450 4.7.1 limit exceeded"},
    {"exceed*limit", kRateLimited, "of anything", "450 4.7.1 you exceeded our limits"},
    {"policy", kPolicy, "the word alone", "550 rejected by local policy"},
    {"policies", kPolicy, "the word alone", "554 email rejected due to security policies"},
    {"administrative prohibition", kPolicy, "Exim, Mimecast", "550 Administrative prohibition"},
    {"administrative", kPolicy, "administratively denied", "550 administratively denied"},
    {"header error", kPolicy, "sendmail: rules of the administrator", "553 Header Error"},
    {"prohibited", kPolicy, "the word alone", "550 5.5.0 prohibited"},
    {"not authorized", kPolicy, "the usual words", "550 5.5.0 Delivery not authorized, message refused"},
    {"not authorised", kPolicy, "British", "550 not authorised"},
    {"have permission", kPolicy, "the usual words",
     "550 You do not have permission to send to this recipient."},
    {"moderated", kPolicy, "mailing lists", "550 this list is moderated; post from the web"},
    {"accept external", kPolicy, "mail from within only", "550 this group does not accept external mail"},
    {"helo|", kPolicy, "the client's greeting", "550 HELO is my own hostname", {}, "55"},
    {"ehlo|", kPolicy, "the client's greeting", "550 5.5.0 Invalid EHLO domain.", {}, "55"},
    {"not permitted", kPolicy, "the usual words", "550 not permitted"},
    {"not allowed", kPolicy, "the usual words", "554 Host network not allowed"},
    {"restricted", kPolicy, "the word alone", "550 recipient is restricted"},
    {"restriction", kPolicy, "the word alone", "550 a delivery restriction"},
    {"whitelist", kPolicy, "only known senders",
     "421 4.7.0 IP not in whitelist for RCPT domain, closing connection."},
    {"allowlist", kPolicy, "only known senders", "550 sender not on our allowlist"},
    {"multi recipient bounce", kPolicy, "Postfix",
     "550 5.5.3 <DATA>: Data command rejected: Multi-recipient bounce"},
    {"only accept", kPolicy, "only known senders", "550 this address only accepts mail from its friends"},
    {"accept mail for", kRelayDenied, "the domain is not theirs", "550 We don't accept mail for example.net"},
    {"mail to that domain", kRelayDenied, "the domain is not theirs",
     "550 Mail to that domain is not accepted here"},
    {"mail to this domain", kRelayDenied, "the domain is not theirs", "550 no mail to this domain here"},
    {"not accept mail", kPolicy, "RFC 7504's 521 and others", "521 mx.example.net does not accept mail"},
    {"not subscribed", kPolicy, "mailing lists", "550 you are not subscribed to this group"},
    {"members only", kPolicy, "mailing lists", "550 members-only list"},
    {"only members", kPolicy, "mailing lists", "550 Only members may post to this list"},
    {"not want your", kPolicy, "the usual words", "550 We do not want your mail"},
    {"valid hostname", kPolicy, "the client's name", "554 Your mail server has no valid hostname"},
    {"email address is not verified", kPolicy, "Amazon SES",
     "554 Message failed: Email address is not verified."},
    {"service refuse", kPolicy, "Orange, La Poste",
     "421 4.2.0 Service refuse. Veuillez essayer plus tard. Service refused, please try later. OFR005_505 "
     "[505]"},
    {"server busy", kRemoteSystem, "Gmail and others", "421-4.4.5 Server busy, try again later."},
    {"too busy", kRemoteSystem, "sendmail", "421 4.3.2 mx.example.net too busy, try later"},
    {"busy", kRemoteSystem, "the word alone", "451 busy"},
    {"resources", kRemoteSystem, "the word alone", "421 4.3.2 No system resources"},
    {"cannot verify", kRemoteSystem, "their lookups", "450 Cannot verify recipient at this time", {}, "4"},
    {"could not verify", kRemoteSystem, "their lookups", "450 could not verify the recipient", {}, "4"},
    {"tls|", kTls, "the word alone", "530 Please use TLS"},
    {"secure connection", kTls, "the usual words", "550 secure connection required"},
    {"login", kAuthentication, "the word alone", "550 please login"},
    {"password", kAuthentication, "the word alone", "550 wrong password"},
    {"authenticat", kAuthentication, "the word alone", "550 authenticate yourself"},
    {"authentification", kAuthentication, "French", "550 5.5.0 Authentification requise. OFR_402"},
    {"your isp|", kReputation, "a client that should use its provider's server",
     "550 please use the SMTP server of your ISP"},
    {"relay", kRelayDenied, "the word alone", "554 relay"},
    {"loop", kLoop, "the word alone", "554 a loop"},
    {"moved", kUserUnknown, "sendmail's redirect", "551 5.7.1 User has moved; please try <u@x.example>"},
};

// Less than any code says.
constexpr ReasonRule kFiller[] = {
    {"access denied", kPolicy, "Postfix and others", "554 Access denied"},
    {"denied", kPolicy, "the word alone", "554 denied"},
    {"forbidden", kPolicy, "the word alone", "554 forbidden"},
    {"blocked", kPolicy, "the word alone", "550 blocked"},
    {"refused", kPolicy, "the word alone", "554 refused"},
    {"recipient*reject", kUserUnknown, "nothing else is said", "550 <u@x.example> recipient rejected"},
    {"recipient*not accepted", kUserUnknown, "nothing else is said", "550 recipient is not accepted"},
    {"rejected", kPolicy, "the word alone", "554 Rejected"},
    {"reject", kPolicy, "the word alone", "554 reject"},
    {"not accepted", kPolicy, "the usual words", "554 Message not accepted"},
    {"not acceptable", kPolicy, "the usual words", "554 not acceptable"},
    {"unacceptable", kPolicy, "the usual words", "554 unacceptable"},
    {"not welcome", kPolicy, "the usual words", "554 you are not welcome"},
    {"refuse", kPolicy, "the word alone", "550 the recipient refuses to accept your mail"},
    {"go away", kPolicy, "the usual words", "553 Go away"},
    {"service unavailable", kRemoteSystem, "sendmail and others", "554 Service unavailable"},
    {"service*not available", kRemoteSystem, "RFC 5321's 421", "554 Service is not available"},
    {"unavailable", kRemoteSystem, "the word alone", "554 unavailable"},
    {"no smtp service", kRemoteSystem, "RFC 5321's 554 greeting", "554 No SMTP service here"},
    {"try again", kRemoteSystem, "no more than that", "454 Please try again"},
    {"try later", kRemoteSystem, "no more than that", "454 try later"},
    {"temporar", kRemoteSystem, "no more than that", "454 temporary failure"},
};

}  // namespace

ReasonTable GeneralWordRules() {
  return kGeneral;
}
ReasonTable FillerWordRules() {
  return kFiller;
}

}  // namespace mta
