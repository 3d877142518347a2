// The domain of the recipient is not theirs.
#include "exporter/events/reply_reason_rules.h"

namespace mta {
namespace {

using enum Reason;

constexpr ReasonRule kRules[] = {
    {"relay access denied", kRelayDenied, "Postfix; Exchange: TenantAttribution",
     "554 5.7.1 <u@example.net>: Relay access denied"},
    {"relay denied", kRelayDenied, "Gmail and others", "550-5.7.0 Mail relay denied [192.0.2.9]."},
    {"relaying denied", kRelayDenied, "sendmail",
     "550 5.7.1 <u@example.net>... Relaying denied. Proper authentication required."},
    {"tenantattribution", kRelayDenied, "Exchange Online", "550 5.7.64 TenantAttribution; denied"},
    {"unable to relay", kRelayDenied, "Exchange",
     "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain"},
    {"cannot relay", kRelayDenied, "many", "550 5.7.1 cannot relay for you"},
    {"not relay", kRelayDenied, "many", "550 5.7.1 We do not relay"},
    {"relay not", kRelayDenied, "Exim", "550 relay not permitted"},
    {"relaying not", kRelayDenied, "Exim", "550 5.7.1 relaying not allowed"},
    {"relaying is not", kRelayDenied, "many", "550 5.7.1 Relaying is not allowed"},
    {"no relay", kRelayDenied, "many", "550 5.7.1 no relaying, please"},
    {"not permitted to relay", kRelayDenied, "Exim, cPanel",
     "550-host.example.com (x) [192.0.2.9] is currently not permitted to relay through 550-this server."},
    {"not allowed to relay", kRelayDenied, "many", "550 you are not allowed to relay"},
    {"isnt allowed to relay", kRelayDenied, "many", "550 192.0.2.9 isn't allowed to relay"},
    {"not authorized to relay", kRelayDenied, "many", "550 5.7.1 Not authorized to relay"},
    {"relay*prohibit", kRelayDenied, "many", "550 relaying to <u@example.net> prohibited by administrator"},
    {"relay*disallowed", kRelayDenied, "many", "550 Relaying disallowed"},
    {"relay*refused", kRelayDenied, "many", "550 relaying through this server refused"},
    {"relay*reject", kRelayDenied, "many", "550 Relay attempt rejected"},
    {"relay*forbidden", kRelayDenied, "many", "550 relay operation forbidden"},
    {"relay*denied", kRelayDenied, "Kerio and others",
     "550 5.7.1 Relaying to <u@example.net> denied (authentication required)"},
    {"credentials for relay", kRelayDenied, "Google Workspace relay",
     "550-5.7.1 Invalid credentials for relay [192.0.2.9]."},
    {"relay is not", kRelayDenied, "Mimecast", "451 Open relay is not allowed"},
    {"to relay", kRelayDenied, "anything else", "550 5.7.1 you tried to relay"},
    {"rcpthost", kRelayDenied, "qmail",
     "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)"},
    {"dont handle mail for", kRelayDenied, "the domain is not theirs",
     "550 we don't handle mail for this domain"},
    {"not handle mail for", kRelayDenied, "the domain is not theirs",
     "550 This server does not handle mail for example.net"},
    {"does not accept mail for that domain", kRelayDenied, "the domain is not theirs",
     "550 this host does not accept mail for that domain"},
    {"not a local domain", kRelayDenied, "the domain is not theirs", "550 example.net is not a local domain"},
    {"domain not local", kRelayDenied, "the domain is not theirs", "554 Recipient domain not local"},
    {"not served here", kRelayDenied, "the domain is not theirs", "550 domain not served here"},
    {"not an mx for", kRelayDenied, "the domain is not theirs", "550 This host is not an MX for example.net"},
    {"local user only", kRelayDenied, "NetEase: a client that should log in",
     "553 Requested action not taken: Local user only"},
    {"smtp mx only", kRelayDenied, "NetEase: a client that should log in",
     "553 Requested action not taken: no smtp MX only"},
    {"domain not hosted", kRelayDenied, "the domain is not theirs", "550 Domain not hosted here"},
    {"not hosted here", kRelayDenied, "the domain is not theirs", "550 example.net is not hosted here"},
    {"use of smtp as mail gate", kRelayDenied, "i.ua", "550 The use of SMTP as mail gate is forbidden"},
    {"non local e mail", kRelayDenied, "MailEnable",
     "503 This mail server requires authentication when attempting to send to a non-local e-mail address."},
    {"not a gateway", kRelayDenied, "many", "550 this host is not a gateway"},
    {"not local host", kRelayDenied, "many", "553 not local host example.net, not a place for it"},
    {"non local recipient", kRelayDenied, "many", "550 5.7.1 Non-local recipient verification failed"},
};

}  // namespace

ReasonTable RelayingRules() {
  return kRules;
}

}  // namespace mta
