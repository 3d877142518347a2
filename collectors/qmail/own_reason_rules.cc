#include "collectors/qmail/own_reason_rules.h"

namespace mta::qmail {
namespace {

using enum Reason;

constexpr ReasonRule kReport[] = {
    // qmail-remote
    {"sorry, i wasnt able to establish an smtp connection", kConnectionFailed,
     "refused, timed out or still in the table of dead hosts: qmail does not say",
     "Sorry, I wasn't able to establish an SMTP connection. (#4.4.1)/"},
    {"but connection died", kConnectionLost, "closed, reset or silent in mid-session",
     "Connected to 192.0.2.1 but connection died. (#4.4.2)/"},
    {"cname lookup failed temporarily", kDnsTemporary, "no answer from the DNS",
     "CNAME lookup failed temporarily. (#4.4.3)/"},
    {"sorry, i couldnt find any host by that name", kDnsTemporary, "no answer from the DNS",
     "Sorry, I couldn't find any host by that name. (#4.1.2)/"},
    {"sorry, i couldnt find any host named", kDnsNotFound, "the DNS says there is none",
     "Sorry, I couldn't find any host named nosuch.example. (#5.1.2)/"},
    {"sorry, i couldnt find a mail exchanger or ip address", kDnsNotFound, "MX names without address",
     "Sorry, I couldn't find a mail exchanger or IP address. (#5.4.4)/"},
    {"although im listed as a best preference mx", kLoop, "this host is the MX and does not know it",
     "Sorry. Although I'm listed as a best-preference MX or A for that host,/it isn't in my "
     "control/locals file, so I don't treat it as local. (#5.4.6)/"},
    {"smtp cannot transfer messages with partial final lines", kProtocolError,
     "a message without a last newline", "SMTP cannot transfer messages with partial final lines. (#5.6.2)/"},
    {"out of memory", kLocalError, "this host", "Out of memory. (#4.3.0)/"},
    {"system resources temporarily unavailable", kLocalError, "this host",
     "System resources temporarily unavailable. (#4.3.0)/"},
    {"^unable to", kLocalError,
     "read message, read control files, switch to home directory, chdir to maildir, open mailbox, "
     "run a program",
     "Unable to chdir to maildir. (#4.2.1)/"},
    {"was invoked improperly", kLocalError, "this host",
     "I (qmail-remote) was invoked improperly. (#5.3.5)/"},
    {"^qmail remote crashed", kLocalError, "qmail-rspawn", "qmail-remote crashed./"},
    {"^qmail remote produced no output", kLocalError, "qmail-rspawn", "qmail-remote produced no output./"},
    {"^qmail local crashed", kLocalError, "qmail-lspawn", "qmail-local crashed./"},
    {"^qmail spawn", kLocalError, "spawn", "qmail-spawn unable to open message. (#4.3.0)/"},
    {"^internal error:", kLocalError, "spawn", "Internal error: delnum negative. (#4.3.5)/"},
    {"sorry, address must include host name", kUserUnknown, "an address without @",
     "Sorry, address must include host name. (#5.1.3)/"},

    // qmail-lspawn, qmail-local
    {"sorry, no mailbox here by that name", kUserUnknown, "no user, no .qmail file, no alias; vpopmail too",
     "Sorry, no mailbox here by that name. (#5.1.1)/"},
    {"this message is looping", kLoop, "Delivered-To",
     "This message is looping: it already has my Delivered-To line. (#5.4.6)/"},
    {"^uh oh", kLocalError, "permissions or contents of .qmail and the home directory",
     "Uh-oh: home directory is writable. (#4.7.0)/"},
    {"home directory is sticky", kLocalError, "the user is editing",
     "Home directory is sticky: user is editing his .qmail file. (#4.2.1)/"},
    {"^aack, child crashed", kLocalError, "qmail-local", "Aack, child crashed. (#4.3.0)/"},
    {"^trouble reading", kLocalError, "qmail-lspawn", "Trouble reading users/cdb in qmail-lspawn./"},
    {"^temporary*in qmail", kLocalError, "qmail-lspawn, qmail-local", "Temporary failure in qmail-lspawn./"},
    {"^temporary error on maildir delivery", kLocalError, "qmail-local",
     "Temporary error on maildir delivery. (#4.3.0)/"},
    {"^not allowed to perform deliveries as root", kLocalError, "qmail-lspawn",
     "Not allowed to perform deliveries as root./"},
    {"^internal qmail", kLocalError, "qmail-lspawn", "Internal qmail-lspawn bug./"},
    {"^nfs failure", kLocalError, "qmail-local", "NFS failure in qmail-local./"},
};

}  // namespace

ReasonTable ReportRules() {
  return kReport;
}

}  // namespace mta::qmail
