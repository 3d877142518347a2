// Who the sender is: callouts to its server, SPF, DKIM, DMARC.
#include "exporter/events/reply_reason_rules.h"

namespace mta {
namespace {

using enum Reason;

constexpr ReasonRule kRules[] = {
    {"sender verify fail", kPolicy, "Exim asked the sender's server; the quoted answer is about the sender",
     "550-Verification failed for <a@b.example> 550-No such user here 550 Sender verify failed"},
    {"sender verification fail", kPolicy, "the same elsewhere",
     "550 5.1.8 Sender verification failed: user unknown"},
    {"sender address verification", kPolicy, "the same elsewhere",
     "450 4.1.7 Sender address verification in progress"},
    {"sender address rejected: unverified", kPolicy, "Postfix reject_unverified_sender",
     "450 4.1.7 <a@b.example>: Sender address rejected: unverified address: Address verification in "
     "progress"},
    {"sender address rejected: undeliverable", kPolicy, "Postfix reject_unverified_sender",
     "550 5.1.7 <a@b.example>: Sender address rejected: undeliverable address: host x said: 550 5.1.1 User "
     "unknown"},
    {"sender callout", kPolicy, "Exim", "550 Sender callout failed: user unknown"},
    {"sender verify callout", kPolicy, "Exim", "451 Could not complete sender verify callout"},
    {"could not complete sender verify", kPolicy, "Exim", "451 Could not complete sender verify"},
    {"callback setup failed while verifying", kPolicy, "Exim: the sender's server has other rules",
     "550-Callback setup failed while verifying <a@b.example> 550 The initial connection, or a HELO or MAIL "
     "FROM:<> command was rejected."},
    {"address verification in progress", kPolicy, "Postfix is still asking",
     "450 4.1.1 <u@x.example>: Recipient address rejected: unverified address: Address verification in "
     "progress"},

    {"dmarc", kAuthentication, "the usual words", "550 5.7.1 rejected by DMARC policy for example.com"},
    {"dkim", kAuthentication, "the usual words", "550 5.7.20 No passing DKIM signature found"},
    {"spf|", kAuthentication, "the usual words",
     "550 5.7.1 Message rejected due to: SPF fail - not authorized"},
    {"~openspf", kAuthentication, "the page policyd-spf points to",
     "550 5.7.1 <u@x.example>: Recipient address rejected: Please see "
     "http://www.openspf.org/Why?s=mfrom;id=a"},
    {"~spf.pobox", kAuthentication, "its forerunner",
     "550 See http://spf.pobox.com/why.html?sender=a&ip=192.0.2.9"},
    {"sender policy framework", kAuthentication, "in full", "550 5.7.1 Sender Policy Framework violation"},
    {"sender id|", kAuthentication, "Microsoft's old SPF", "550 5.7.1 Sender ID (PRA) Not Permitted"},
    {"not allowed to send mail from", kAuthentication, "SPF's default explanation",
     "550 5.7.1 192.0.2.9 is not allowed to send mail from example.com"},
    {"not allowed to send mail for", kAuthentication, "SPF's explanation",
     "550 192.0.2.9 is not allowed to send mail for example.com"},
    {"not authorized to send mail from", kAuthentication, "SPF's explanation",
     "550 192.0.2.9 is not authorized to send mail from example.com"},
    {"permitted sender", kAuthentication, "SPF: does not designate as permitted sender",
     "550 5.7.1 domain of a@b.example does not designate 192.0.2.9 as permitted sender"},
    {"domainkey", kAuthentication, "DKIM's forerunner", "550 5.7.1 DomainKeys verification failed"},
    {"arc|", kAuthentication, "RFC 8617", "550 5.7.29 ARC validation failure"},
    {"sender is unauthenticated", kAuthentication, "Gmail",
     "550-5.7.26 This mail has been blocked because the sender is unauthenticated."},
    {"unauthenticated", kAuthentication, "Gmail",
     "550-5.7.26 Unauthenticated email from example.com is not accepted due to domain's policy."},
    {"required authentication level", kAuthentication, "Outlook.com for those who send much",
     "550 5.7.515 Access denied, sending domain EXAMPLE.COM doesn't meet the required authentication level."},
    {"authentication check", kAuthentication, "iCloud, Gmail: checks of the sender",
     "550-5.7.1 This message does not pass authentication checks."},
    {"authentication information", kAuthentication, "Gmail",
     "550-5.7.26 This message does not have authentication information."},
    {"sender authentication", kAuthentication, "the usual words", "550 5.7.1 Sender authentication failed"},
    {"authenticate sender", kAuthentication, "the usual words",
     "550 5.7.1 Failed to authenticate sender domain"},
    {"domain authentication", kAuthentication, "the usual words",
     "550 5.7.1 message failed domain authentication"},
    {"envelope rejected*sender invalid", kAuthentication, "Mimecast",
     "550 envelope rejected: sender invalid"},
    {"sender invalid*envelope rejected", kAuthentication, "Mimecast: SPF, DKIM or DMARC",
     "550 Sender Invalid - envelope rejected - https://community.mimecast.com/docs/DOC-1369#550"},
};

}  // namespace

ReasonTable AuthenticationRules() {
  return kRules;
}

}  // namespace mta
