// Checks of the sender's address, of the client's name and greeting, and of its login.
#include "exporter/events/reply_reason_rules.h"

namespace mta {
namespace {

using enum Reason;

constexpr ReasonRule kRules[] = {
    {"sender address rejected", kPolicy, "Postfix",
     "450 4.1.8 <a@b.example>: Sender address rejected: Domain not found"},
    {"client host rejected", kPolicy, "Postfix",
     "450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.9]"},
    {"helo command rejected", kPolicy, "Postfix",
     "504 5.5.2 <x>: Helo command rejected: need fully-qualified hostname"},
    {"ehlo command rejected", kPolicy, "Postfix's relatives",
     "504 5.5.2 <x>: Ehlo command rejected: Host not found"},
    {"domain of sender", kPolicy, "sendmail",
     "553 5.1.8 <a@b.example>... Domain of sender address a@b.example does not exist"},
    {"sender domain", kPolicy, "the sender's domain does not exist or is not liked",
     "450 4.1.8 Sender domain must exist"},
    {"envelope sender", kPolicy, "qmail's badmailfrom",
     "553 sorry, your envelope sender is in my badmailfrom list (#5.7.1)"},
    {"badmailfrom", kPolicy, "qmail", "553 badmailfrom"},
    {"unknown sender", kPolicy, "the sender does not exist", "550 5.1.7 Unknown sender address"},
    {"sender unknown", kPolicy, "the sender does not exist", "550 Sender unknown"},
    {"invalid sender", kPolicy, "the sender does not exist", "550 5.1.7 Invalid sender"},
    {"sender denied", kPolicy, "Exchange", "554 5.1.0 Sender denied"},
    {"sender rejected", kPolicy, "many", "550 5.7.1 Sender rejected"},
    {"sender reject", kPolicy, "many", "550 5.7.1 Sender reject (AUP)"},
    {"sender refused", kPolicy, "many", "553 sender refused"},
    {"sender not allowed", kPolicy, "many", "550 5.7.1 sender not allowed"},
    {"sender is blocked", kPolicy, "the recipient's own list",
     "550 5.7.1 the sender is blocked by the recipient"},
    {"sender address blocked", kPolicy, "Mimecast", "421 Sender address blocked"},
    {"blocked sender", kPolicy, "the recipient's own list", "550 Blocked sender address"},
    {"send as this sender", kPolicy, "Exchange",
     "550 5.7.60 SMTP; Client does not have permissions to send as this sender"},
    {"send on behalf", kPolicy, "Exchange", "550 5.7.1 no right to send on behalf of this sender"},
    {"unregistered domain", kPolicy, "Exchange Online",
     "550 5.7.750 Service unavailable. Client blocked from sending from unregistered domains."},
    {"null sender", kPolicy, "no bounces wanted", "550 NULL sender is not allowed"},
    {"bounce attack", kPolicy, "QQ", "550 Suspected bounce attacks"},
    {"reverse dns", kPolicy, "the client's address has no name, or a wrong one", "554 5.7.1 Bad reverse DNS"},
    {"rdns", kPolicy, "the client's address has no name", "550 5.7.1 no rDNS for 192.0.2.9"},
    {"ptr|", kPolicy, "the client's address has no name",
     "550-5.7.25 [192.0.2.9] The IP address sending this message does not have a PTR record setup."},
    {"cannot find your", kPolicy, "Postfix: host name", "450 4.7.1 cannot find your hostname, [192.0.2.9]"},
    {"no reverse", kPolicy, "the client's address has no name", "550 There is no reverse name for you"},
    {"reverse lookup", kPolicy, "the client's address has no name", "550 5.7.1 reverse lookup fails"},
    {"reverse name", kPolicy, "the client's address has no name", "550 bad reverse name"},
    {"fcrdns", kPolicy, "the name does not lead back", "550 5.7.1 FCrDNS check failed"},
    {"forged", kPolicy, "the name is not the client's", "550 5.7.1 IP name possibly forged [192.0.2.9]"},
    {"helo|", kPolicy, "the client's greeting", "550 5.7.1 HELO does not resolve", "5.7."},
    {"invalid helo", kPolicy, "the client's greeting", "550 Invalid HELO name"},
    {"bad helo", kPolicy, "the client's greeting", "550 Bad HELO - Host impersonating domain name"},
    {"helo*reject", kPolicy, "the client's greeting", "550 HELO rejected: that is my name"},
    {"fully qualified", kPolicy, "Postfix: names with dots only", "504 5.5.2 need fully-qualified address"},

    {"authentication required", kAuthentication, "SMTP AUTH is missing", "530 5.7.0 Authentication required"},
    {"authentication is required", kAuthentication, "SMTP AUTH is missing", "553 authentication is required"},
    {"requires authentication", kAuthentication, "SMTP AUTH is missing",
     "503 This mail server requires authentication when attempting to send to a non-local e-mail address."},
    {"authentication fail", kAuthentication, "wrong user or password",
     "535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6"},
    {"authentication unsuccessful", kAuthentication, "Exchange: wrong user or password",
     "535 5.7.3 Authentication unsuccessful"},
    {"authentication credentials", kAuthentication, "wrong user or password",
     "535 5.7.8 Authentication credentials invalid"},
    {"authentication rejected", kAuthentication, "wrong user or password", "535 Authentication rejected"},
    {"authentication mechanism", kAuthentication, "not offered or too weak",
     "534 5.7.9 Authentication mechanism is too weak"},
    {"smtp auth", kAuthentication, "cPanel and others",
     "550 Please turn on SMTP Authentication in your mail client."},
    {"must authenticate", kAuthentication, "SMTP AUTH is missing", "550 You must authenticate first"},
    {"need to authenticate", kAuthentication, "SMTP AUTH is missing", "550 5.7.1 You need to authenticate"},
    {"please authenticate", kAuthentication, "SMTP AUTH is missing", "550 Please authenticate"},
    {"authenticate first", kAuthentication, "SMTP AUTH is missing", "503 authenticate first"},
    {"not authenticated", kAuthentication, "SMTP AUTH is missing",
     "530 5.7.57 SMTP; Client was not authenticated to send anonymous mail during MAIL FROM"},
    {"not logged in", kAuthentication, "SMTP AUTH is missing", "553 5.7.1 not logged in"},
    {"username and password", kAuthentication, "Gmail", "535-5.7.8 Username and Password not accepted."},
    {"invalid login", kAuthentication, "wrong user or password", "535 invalid login"},
    {"login fail", kAuthentication, "wrong user or password", "535 Login fail."},
    {"bad credentials", kAuthentication, "wrong user or password", "535 bad credentials"},
    {"invalid credentials", kAuthentication, "wrong user or password", "535 Invalid credentials"},
};

}  // namespace

ReasonTable SenderRules() {
  return kRules;
}

}  // namespace mta
