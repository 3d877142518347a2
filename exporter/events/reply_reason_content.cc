// About the message: virus, spam, size, loops.
#include "exporter/events/reply_reason_rules.h"

namespace mta {
namespace {

using enum Reason;

constexpr ReasonRule kRules[] = {
    // A scanner that failed has found nothing.
    {"scan*failed", kRemoteSystem, "amavis: its own trouble",
     "451 4.5.0 Error in processing, id=00001-02, virus_scan FAILED: timed out"},
    {"scanner*fail", kRemoteSystem, "their scanner's trouble", "451 virus scanner failure"},
    {"scanner*unavailable", kRemoteSystem, "their scanner's trouble", "451 4.7.1 spam scanner unavailable"},
    {"virus*unavailable", kRemoteSystem, "their scanner's trouble",
     "451 virus checker temporarily unavailable"},

    // Virus and other dangerous content.
    {"virus", kSpamContent, "ClamAV, amavis, Sophos and all others",
     "554 5.7.0 Virus found: Eicar-Test-Signature"},
    {"infected", kSpamContent, "amavis, ClamAV",
     "554 5.7.0 Reject, id=00001-01 - INFECTED: Eicar-Test-Signature"},
    {"malware", kSpamContent, "the usual words", "550 5.7.1 Malware detected"},
    {"trojan", kSpamContent, "the usual words", "554 5.7.1 Trojan.Agent found"},
    {"phish", kSpamContent, "phishing", "554 5.7.1 Phishing attempt"},
    {"malicious", kSpamContent, "the usual words", "550 malicious content"},
    {"eicar", kSpamContent, "the test file", "554 5.7.1 Eicar-Signature found"},
    {"potential security issue", kSpamContent, "Gmail: attachments",
     "552-5.7.0 This message was blocked because its content presents a potential 552-5.7.0 security issue."},
    {"banned", kSpamContent, "amavis: file names and types",
     "554 5.7.0 Reject, id=1-01 - BANNED: .exe,.exe-ms,x.exe"},
    {"attachment*not allowed", kSpamContent, "the usual words",
     "554 5.7.1 attachments of this type are not allowed"},
    {"attachment*reject", kSpamContent, "the usual words", "550 executable attachments are rejected"},
    {"attachment*block", kSpamContent, "the usual words", "550 5.7.1 Attachment blocked"},
    {"illegal attachment", kSpamContent, "NetEase", "552 Illegal Attachment"},
    {"forbidden attachment", kSpamContent, "the usual words", "554 forbidden attachment"},
    {"dangerous", kSpamContent, "the usual words", "554 dangerous attachment"},

    // Spam, said plainly.  Words about a client that sends spam came before.
    {"unsolicited", kSpamContent, "Gmail and others",
     "550-5.7.1 Our system has detected that this message is likely unsolicited mail."},
    {"spamassassin", kSpamContent, "SpamAssassin", "550 5.7.1 Blocked by SpamAssassin"},
    {"spam message", kSpamContent, "rspamd, mail.ru", "554 5.7.1 Spam message rejected"},
    {"spam content", kSpamContent, "the usual words", "554 Message contains Spam Content"},
    {"spam detected", kSpamContent, "the usual words", "550 spam detected"},
    {"spam*score", kSpamContent, "the usual words", "554 5.7.1 Spam, score=15.3, tests=A,B"},
    {"score*spam", kSpamContent, "the usual words", "550 this message scored 15 spam points"},
    {"as spam", kSpamContent, "classified, identified, rejected as spam",
     "550 5.1.1 Message rejected as spam by Content Filtering."},
    {"as probable spam", kSpamContent, "the usual words", "550 classified as probable spam"},
    {"as possible spam", kSpamContent, "the usual words", "550 marked as possible spam"},
    {"considered*spam", kSpamContent, "the usual words", "550 5.7.1 considered to be SPAM"},
    {"like*spam", kSpamContent, "looks like spam", "554 5.7.1 message looks like spam"},
    {"is spam", kSpamContent, "the usual words", "550 we think this is SPAM"},
    {"be spam", kSpamContent, "the usual words", "550 This message appears to be spam"},
    {"suspicion of spam", kSpamContent, "Yandex",
     "554 5.7.1 [1] Message rejected under suspicion of SPAM; https://ya.cc/1IrBc"},
    {"suspected spam", kSpamContent, "QQ", "550 Suspected spam"},
    {"due to*spam", kSpamContent, "iCloud, T-Online", "550 5.7.1 message content rejected due to spam"},
    {"spam filter", kSpamContent, "the usual words", "550 rejected by the spam filter"},
    {"anti spam", kSpamContent, "the usual words", "550 rejected by anti-spam system"},
    {"antispam", kSpamContent, "the usual words", "550 rejected by AntiSpam"},
    {"junk mail", kSpamContent, "the usual words", "550 JunkMail: junk mail rejected"},
    {"junkmail", kSpamContent, "the usual words", "550 JunkMail rejected - see http://x.example"},
    {"ube|", kSpamContent, "amavis: unsolicited bulk email", "554 5.7.1 Rejected, UBE, id=12345-01"},
    {"bulk mail", kSpamContent, "the usual words", "550 5.7.1 bulk mail refused"},
    {"bulk email", kSpamContent, "the usual words", "550 5.7.1 bulk email refused"},
    {"content reject", kSpamContent, "the usual words", "554 5.7.1 message content rejected"},
    {"content denied", kSpamContent, "QQ", "550 Mail content denied. https://service.mail.qq.com/"},
    {"content filter", kSpamContent, "the usual words", "550 rejected by content filter"},
    {"content policy", kSpamContent, "the usual words", "550 Rejected - Content Policy"},
    {"content*not accept", kSpamContent, "the usual words", "554 message content not accepted"},
    {"due to content", kSpamContent, "the usual words",
     "552 5.7.0 Message rejected due to content restrictions"},
    {"content restrict", kSpamContent, "the usual words", "552 content restrictions"},
    {"message filtered", kSpamContent, "the usual words",
     "550 5.7.1 Message filtered. Refer to the Troubleshooting page at "
     "http://www.symanteccloud.com/troubleshooting"},
    {"mcspamsignature", kSpamContent, "McAfee, Mimecast", "554 email rejected - MCSpamSignature.sa.2.2"},
    {"message suspicious", kSpamContent, "the usual words", "550 message suspicious"},
    {"likely suspicious", kSpamContent, "Gmail", "550-5.7.1 this message is likely suspicious"},
    {"suspicious", kSpamContent, "the usual words", "550 5.7.1 suspicious mail"},
    {"razor", kSpamContent, "Vipul's Razor", "554 5.7.1 Razor says no"},
    {"bayes", kSpamContent, "a filter that has learnt", "554 5.7.1 bayesian filter"},
    {":blocked)", kSpamContent, "Barracuda: by its filter",
     "550 permanent failure for one or more recipients (u@example.net:blocked)"},
    {"pourriel", kSpamContent, "French", "550 5.7.1 pourriel"},

    // Loops.
    {"hop count", kLoop, "Exchange", "554 5.4.6 Hop count is 26"},
    {"hops|", kLoop, "Gmail", "554-5.6.0 Message exceeded 50 hops, this may indicate a mail circle."},
    {"mail loop", kLoop, "the usual words", "554 mail loop detected"},
    {"mailloop", kLoop, "Gmail", "554 https://support.google.com/mail/?p=MailLoop"},
    {"routing loop", kLoop, "RFC 3463's 5.4.6", "554 5.4.0 routing loop detected"},
    {"loop detected", kLoop, "the usual words", "550 loop detected"},
    {"looping", kLoop, "qmail", "554 This message is looping: it already has my Delivered-To line. (#5.4.6)"},
    {"loops back", kLoop, "Postfix, sendmail",
     "553 5.3.5 example.net. config error: it loops back to me (MX problem?)"},
    {"forwarding loop", kLoop, "Postfix, Exchange", "554 mail forwarding loop for u@example.net"},
    {"loop broken", kLoop, "sendmail", "554 5.4.6 aliasing loop broken"},
    {"remote host address is the local host", kLoop, "Exim: the MX points back",
     "550 remote host address is the local host"},
    {"points to local host", kLoop, "Exim: the MX points back",
     "550 lowest numbered MX record points to local host"},

    // Size.
    {"line*too long", kProtocolError, "RFC 5322: 998 characters", "552 A message header line is too long"},
    {"line length", kProtocolError, "RFC 5322: 998 characters",
     "550 maximum allowed line length is 998 octets, got 1234"},
    {"command*too long", kProtocolError, "Postfix", "500 5.5.2 Error: command too long"},
    {"too large", kMessageTooLarge, "the usual words", "552 5.3.4 message too large"},
    {"too big", kMessageTooLarge, "the usual words", "552 5.2.3 Message too big"},
    {"queue too long", kExpired, "qmail", "554 this message has been in the queue too long"},
    {"too long", kMessageTooLarge, "the usual words", "552 message is too long for us"},
    {"size*exceed", kMessageTooLarge, "Postfix and others", "552 5.3.4 Message size exceeds fixed limit"},
    {"exceed*size", kMessageTooLarge, "Gmail, sendmail",
     "552-5.3.4 Your message exceeded Google's message size limits."},
    {"exceed*maximum*message", kMessageTooLarge, "the usual words", "552 exceeds maximum for a message"},
    {"larger than", kMessageTooLarge, "Exchange and others", "552 5.3.4 the message is larger than we take"},
    {"size limit", kMessageTooLarge, "the usual words", "552 message over size limit"},
    {"message length exceeds", kMessageTooLarge, "RFC 3463's 5.2.3",
     "552 Message length exceeds administrative limit"},
    {"exceeds*limit*attachments", kMessageTooLarge, "Gmail",
     "552 5.3.4 The number of files exceeds Google's limit of 500 attachments."},
    {"maximum*message size", kMessageTooLarge, "the usual words", "552 the maximum message size is 10 MB"},
};

}  // namespace

ReasonTable ContentRules() {
  return kRules;
}

}  // namespace mta
