// About the client and the sender: greylisting, rates, authentication, block lists, relaying, sender checks.
// In this order: a server that slows a client down for its reputation says so, and means the first.

#include "exporter/events/reply_reason_rules.h"

namespace mta {
namespace {

using enum Reason;

constexpr ReasonRule kRules[] = {
    // Greylisting: postgrey, milter-greylist, sqlgrey, gld, policyd, rspamd, Exim, spamd
    {"greylist", kGreylisted, "postgrey, milter-greylist, rspamd and most others",
     "450 4.7.1 <u@example.net>: Recipient address rejected: Greylisted, see "
     "http://postgrey.schweikert.ch/help/example.net.html"},
    {"grey list", kGreylisted, "the same in two words",
     "451 4.7.1 Grey-listed, please try again in 300 seconds"},
    {"graylist", kGreylisted, "the same, American",
     "451 4.7.1 Graylisting in action, come back in 5 minutes"},
    {"gray list", kGreylisted, "the same, American, in two words", "451 4.7.1 You have been gray listed"},
    {"~greylist", kGreylisted, "as part of a name", "451 4.7.1 delayed by mygreylistd"},
    {"postgrey", kGreylisted, "postgrey's help page",
     "450 4.2.0 try later, see http://isg.ee.ethz.ch/tools/postgrey/help/x.html"},
    {"triplet", kGreylisted, "sender, recipient and address seen for the first time",
     "451 4.7.1 unknown triplet, try again in 5 min"},
    {"first time sender", kGreylisted, "seen for the first time",
     "451 4.7.1 first-time sender, please retry in 10 minutes"},
    {"~ first contact", kGreylisted, "seen for the first time",
     "450 4.7.1 deferred on first contact, please retry"},
    {"deferring first", kGreylisted, "seen for the first time", "450 4.7.1 Deferring first delivery attempt"},

    // Rates and numbers
    {"rate limit", kRateLimited, "everywhere", "421 4.7.0 rate limited"},
    {"ratelimit", kRateLimited, "in one word", "450 4.7.1 Ratelimit exceeded (rspamd)"},
    {"unusual rate of", kRateLimited, "Gmail",
     "421-4.7.28 Gmail has detected an unusual rate of unsolicited mail originating from your DKIM "
     "domain."},
    {"receiving mail too quickly", kRateLimited, "Gmail: at the recipient",
     "450 4.2.1 The user you are trying to contact is receiving mail too quickly. Please resend "
     "your message at a later time."},
    {"receiving mail at a rate", kRateLimited, "Gmail: at the recipient",
     "450-4.2.1 The user you are trying to contact is receiving mail at a rate that 450-4.2.1 "
     "prevents additional messages from being delivered."},
    {"too many*connection", kRateLimited, "Postfix, sendmail, Exim: connections at once or in a time",
     "421 4.7.0 mx.example.com Error: too many connections from 192.0.2.9"},
    {"too many*session", kRateLimited, "sessions at once",
     "421 4.7.0 Too many concurrent SMTP sessions from 192.0.2.9"},
    {"too many concurrent", kRateLimited, "connections at once", "421 Too many concurrent SMTP clients"},
    {"too many*open channel", kRateLimited, "connections at once", "421 too many open channels"},
    {"too many message", kRateLimited, "messages in a time or a connection",
     "421 too many messages, come back"},
    {"too many mail", kRateLimited, "messages in a time",
     "450 4.7.1 too many mails from your address, try later"},
    {"too many email", kRateLimited, "messages in a time", "451 Too many emails from 192.0.2.9"},
    {"too many recipient", kRateLimited, "recipients of a message or in a time",
     "452 4.5.3 Error: too many recipients"},
    {"too many rcpt", kRateLimited, "recipients of a message or in a time", "452 Too many RCPTs"},
    {"too many error", kRateLimited, "Postfix: the client makes too many mistakes",
     "421 4.7.0 mx.example.com Error: too many errors"},
    {"too many invalid", kRateLimited, "too many wrong recipients", "550 5.7.1 Too many invalid recipients"},
    {"too many unknown", kRateLimited, "too many wrong recipients", "421 4.7.0 Too many unknown recipients"},
    {"too many bad", kRateLimited, "too many wrong recipients or commands", "421 too many bad commands"},
    {"too many failed", kRateLimited, "too many wrong recipients or logins",
     "421 Too many failed recipients"},
    {"too many request", kRateLimited, "requests in a time", "421 Too many requests, slow down"},
    {"too many*auth", kRateLimited, "logins in a time",
     "450 4.7.1 Error: too many AUTH commands from 192.0.2.9"},
    {"too much mail", kRateLimited, "Postfix's anvil", "450 4.7.1 Error: too much mail from 192.0.2.9"},
    {"too fast", kRateLimited, "mail comes too fast", "421 You are sending too fast, slow down"},
    {"too quickly", kRateLimited, "mail comes too fast", "451 Connecting too quickly"},
    {"slow down", kRateLimited, "mail comes too fast", "421 4.7.0 Please slow down"},
    {"throttl", kRateLimited, "throttled, throttling", "421 4.7.0 Throttled, try again later"},
    {"unexpected volume", kRateLimited, "Yahoo",
     "421 4.7.0 Messages from 192.0.2.9 temporarily deferred due to unexpected volume or user "
     "complaints - 4.16.55.1"},
    {"due to user complaints", kRateLimited, "Yahoo",
     "421 4.7.0 Messages from 192.0.2.9 temporarily deferred due to user complaints - 4.16.55.1"},
    {"frequency limited", kRateLimited, "QQ", "550 Ip frequency limited"},
    {"limit exceeded*connection", kRateLimited, "connections", "421 limit exceeded: connections per hour"},
    {"connections exceeded", kRateLimited, "connections", "421 number of connections exceeded"},
    {"exceed*connection", kRateLimited, "connections",
     "421 4.7.0 You have exceeded the maximum number of connections"},
    {"exceed*message limit", kRateLimited, "messages", "452 4.7.1 You exceeded the hourly message limit"},
    {"hourly*limit", kRateLimited, "messages in an hour",
     "450 Domain example.com has exceeded the max hourly limit"},
    {"per hour", kRateLimited, "messages in an hour",
     "550 Domain has exceeded the max emails per hour (150/100 (150%)) allowed"},
    {"daily*limit", kRateLimited, "messages in a day", "550 5.4.5 Daily user sending limit exceeded."},
    {"sending limit", kRateLimited, "messages in a time", "550 5.4.5 sending limit reached"},
    {"exceeded*rate", kRateLimited, "rate", "421 4.7.0 192.0.2.9 has exceeded the allowed rate"},
    {"maximum*connection", kRateLimited, "connections at once", "421 Maximum number of connections reached"},
    {"connection limit", kRateLimited, "connections at once", "421 Connection limit reached for 192.0.2.9"},
    {"recipient limit", kRateLimited, "recipients", "452 4.5.3 Recipient Limit Exceeded"},
    {"mail flood", kRateLimited, "a flood", "421 4.7.28 mail flood detected"},

    // SPF, DKIM, DMARC, ARC, SMTP AUTH
    {"dmarc", kAuthentication, "everywhere", "550 5.7.1 rejected by DMARC policy for example.com"},
    {"spf|", kAuthentication, "everywhere", "550 5.7.1 Message rejected due to: SPF fail - not authorized"},
    {"dkim|", kAuthentication, "everywhere", "550 5.7.20 No passing DKIM signature found"},
    {"sender is unauthenticated", kAuthentication, "Gmail",
     "550-5.7.26 This mail has been blocked because the sender is unauthenticated."},
    {"unauthenticated email", kAuthentication, "Gmail",
     "550-5.7.26 Unauthenticated email from example.com is not accepted due to domain's policy."},

    // Relaying
    {"relay access denied", kRelayDenied, "Postfix, Exchange",
     "554 5.7.1 <u@example.net>: Relay access denied"},
    {"relaying denied", kRelayDenied, "sendmail",
     "550 5.7.1 <u@example.net>... Relaying denied. Proper authentication required."},
    {"unable to relay", kRelayDenied, "Exchange", "550 5.7.1 Unable to relay for u@example.net"},
    {"relay not permitted", kRelayDenied, "Exim", "550 relay not permitted"},
    {"relaying not permitted", kRelayDenied, "Exim", "550 5.7.1 Relaying not permitted"},
    {"relaying not allowed", kRelayDenied, "many", "550 relaying not allowed"},
    {"not permitted to relay", kRelayDenied, "Exim, cPanel",
     "550-host.example.com (x) [192.0.2.9] is currently not permitted to relay through 550-this server."},
    {"rcpthosts", kRelayDenied, "qmail",
     "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)"},

    // Block lists and bad names of the client
    {"blocked using", kReputation, "Postfix and the lists' own text",
     "554 5.7.1 Service unavailable; Client host [192.0.2.9] blocked using zen.spamhaus.org; "
     "https://www.spamhaus.org/query/ip/192.0.2.9"},
    {"~spamhaus", kReputation, "Spamhaus", "550 5.7.1 see https://www.spamhaus.org/query/ip/192.0.2.9"},
    {"on our block list", kReputation, "Outlook.com",
     "550 5.7.1 part of their network is on our block list."},
    {"banned sender", kReputation, "Exchange Online", "550 5.7.511 Access denied, banned sender[192.0.2.9]."},

    // Checks of the sender, of its name and its address
    {"sender address rejected", kPolicy, "Postfix",
     "450 4.1.8 <a@b.example>: Sender address rejected: Domain not found"},
    {"client host rejected", kPolicy, "Postfix",
     "450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.9]"},
    {"helo command rejected", kPolicy, "Postfix",
     "504 5.5.2 <x>: Helo command rejected: need fully-qualified hostname"},
};

}  // namespace

std::span<const ReasonRule> SenderRules() {
  return kRules;
}

}  // namespace mta
