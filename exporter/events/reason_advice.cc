#include "exporter/events/reason_advice.h"

#include <array>

namespace mta {
namespace {

// In the order of Reason.
constexpr std::array<ReasonAdvice, kReasonCount> kAdvice = {{
    {Reason::kConnectionRefused, "nothing listens there, or a firewall says no",
     "wait; if it is your own relay or filter, start it"},
    {Reason::kConnectionTimeout, "no answer in time",
     "one destination: wait. All of them: is outgoing port 25 blocked?"},
    {Reason::kConnectionLost, "the session broke off",
     "often an overloaded or filtering remote; many at once: MTU, or a firewall that inspects SMTP"},
    {Reason::kConnectionFailed, "no connection, and the MTA does not say why (qmail)",
     "try by hand from this host: nc -v MX 25"},
    {Reason::kNetworkUnreachable, "no route",
     "mostly IPv6 without a route: mend it, or inet_protocols = ipv4 in Postfix"},
    {Reason::kDnsTemporary, "a lookup failed for now",
     "many domains: this host's resolver; one: its name servers"},
    {Reason::kDnsNotFound, "the domain or host does not exist, or takes no mail (null MX)",
     "a misspelt recipient; for your own names, the zone"},
    {Reason::kTls, "no TLS where it is required, or a failed handshake or certificate",
     "the certificate or policy of that destination; your CA file"},
    {Reason::kGreylisted, "come back later",
     "nothing: the retry passes. It ends sooner if retries come from one address"},
    {Reason::kRateLimited, "too much in too little time",
     "lower concurrency and rate to that destination, spread newsletters"},
    {Reason::kReputation,
     "your address or network is on a blocklist or distrusted. As a reject: the client's is",
     "find what was sent (a hacked account?), then ask for delisting"},
    {Reason::kSpamContent, "the message looks like spam or a virus",
     "what the message holds, and who sends it"},
    {Reason::kAuthentication, "SPF, DKIM or DMARC failed, or a login is required",
     "DNS records, signing, forwarded mail (SRS, ARC), credentials of the relay"},
    {Reason::kUserUnknown, "no such recipient",
     "clean the list of addresses; as a reject: normal, in floods a dictionary attack"},
    {Reason::kMailboxFull, "the recipient's quota", "the recipient must tidy up"},
    {Reason::kMailboxUnavailable, "disabled, blocked or not accepting", "ask the recipient by another way"},
    {Reason::kMessageTooLarge, "over a size limit", "send a link; your own limit: message_size_limit"},
    {Reason::kRelayDenied, "the server does not take mail for that domain",
     "MX records, relay_domains there; as a reject: mostly probes"},
    {Reason::kPolicy, "refused by a rule that says no more",
     "the text in the log; for Microsoft and Google their code behind it"},
    {Reason::kLoop, "too many hops, or the mail comes back",
     "MX and mydestination of both sides, mutual forwards"},
    {Reason::kLocalError, "this host: disk full, a broken map, a crashed filter or delivery program",
     "the daemon's own warnings (mta_daemon_problems_total)"},
    {Reason::kRemoteSystem, "theirs: out of space, busy, shutting down, a lookup failed",
     "wait; tell them if it lasts"},
    {Reason::kSuspended, "not tried: earlier attempts to that destination failed (Postfix)",
     "look at the reason of those earlier attempts"},
    {Reason::kExpired, "too long in the queue", "the reasons of the deferrals before"},
    {Reason::kProtocolError, "one side spoke SMTP the other did not understand",
     "a firewall or an old server in between; odd addresses, bare line feeds"},
    {Reason::kOther, "none of these can be said", "the text in the log; please report it"},
}};

constexpr bool InOrder() {
  for (size_t i = 0; i < kAdvice.size(); ++i) {
    if (static_cast<size_t>(kAdvice[i].reason) != i) return false;
  }
  return true;
}
static_assert(InOrder());

}  // namespace

const ReasonAdvice& AdviceOn(Reason reason) {
  return kAdvice[static_cast<size_t>(reason)];
}

}  // namespace mta
