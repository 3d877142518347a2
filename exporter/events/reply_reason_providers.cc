// Marks that only one provider or product uses.  They are the first table: whatever else the sentence says,
// these tell.

#include "exporter/events/reply_reason_rules.h"

namespace mta {
namespace {

using enum Reason;

constexpr ReasonRule kRules[] = {
    // Google: the page names behind support.google.com/mail/?p=
    {"~p=unsolicitedratelimiterror", kRateLimited,
     "Gmail: the sending address, domain or signature is slowed down",
     "421-4.7.28 Gmail has detected this. Please visit "
     "https://support.google.com/mail/?p=UnsolicitedRateLimitError to review"},
    {"~p=receivingrate", kRateLimited, "Gmail: the recipient gets mail too quickly",
     "450 4.2.1 please resend. https://support.google.com/mail/?p=ReceivingRatePerm"},
    {"~p=rfcmessagenoncompliant", kProtocolError, "Gmail: the message breaks RFC 5322",
     "550-5.7.1 This message is not RFC 5322 compliant. "
     "https://support.google.com/mail/?p=RfcMessageNonCompliant"},
    {"~p=nosuchuser", kUserUnknown, "Gmail: no such account",
     "550 5.1.1 https://support.google.com/mail/?p=NoSuchUser a1-20020a170902b2c1"},
    {"~p=disableduser", kMailboxUnavailable, "Gmail: account disabled",
     "550 5.2.1 https://support.google.com/mail/?p=DisabledUser a1si123"},
    {"~p=inactiveuser", kMailboxUnavailable, "Gmail: account inactive",
     "550 5.2.1 https://support.google.com/mail/?p=InactiveUser a1si123"},
    {"~p=overquota", kMailboxFull, "Gmail: mailbox full, for now (Temp) or for good (Perm)",
     "452 4.2.2 https://support.google.com/mail/?p=OverQuotaTemp x12si1"},
    {"~p=unauthenticatederror", kAuthentication, "Gmail: SPF or DKIM missing",
     "550 5.7.26 https://support.google.com/mail/?p=UnauthenticatedError j3"},
    {"~p=unsolicitedmessageerror", kSpamContent, "Gmail: message seen as unsolicited",
     "550 5.7.1 https://support.google.com/mail/?p=UnsolicitedMessageError j3"},
    {"~p=blockedmessage", kSpamContent, "Gmail: attachment or content that is a security risk",
     "552 5.7.0 https://support.google.com/mail/?p=BlockedMessage k9"},
    {"~p=maxsizeerror", kMessageTooLarge, "Gmail: message too large",
     "552 5.3.4 https://support.google.com/mail/?p=MaxSizeError j3"},

    // Microsoft: (S...) tags of outlook.com and hotmail.com, AS(...) tags of Exchange Online
    {"s3140|", kReputation, "Outlook.com: the network is on its block list",
     "550 5.7.1 Unfortunately, messages from [192.0.2.9] weren't sent. (S3140)"},
    {"s3150|", kReputation, "Outlook.com: the network is on its block list",
     "550 5.7.1 Unfortunately, messages from [192.0.2.9] weren't sent. (S3150)"},
    {"(s775", kRateLimited, "Outlook.com: slowed down for its reputation",
     "451 4.7.650 The mail server [192.0.2.9] was limited. (S775)"},
    {"(s777", kRateLimited, "Exchange Online: slowed down while it looks at the address",
     "451 4.7.500 Server busy. Please try again later from [192.0.2.9]. (S77714)"},
    {"(as777", kRateLimited, "Exchange Online: slowed down while it looks at the address",
     "451 4.7.500 Server busy. Please try again later from [192.0.2.9]. (AS77712011)"},
    {"(as780", kRateLimited, "Exchange Online: too many recipients or messages of one kind",
     "452 4.5.3 Too many recipients (AS780090)"},
    {"(as345", kRateLimited, "Exchange Online: too many messages from this tenant",
     "550 5.1.90 Your message can't be sent. (AS345)"},
    {"dy 001|", kPolicy, "Hotmail: dynamic address",
     "550 DY-001 Mail rejected by Outlook.com for policy reasons."},
    {"ou 001|", kReputation, "Hotmail: address or domain with a bad reputation",
     "550 OU-001 Mail rejected by Outlook.com for policy reasons. Reasons may be content with "
     "spam-like characteristics"},
    {"ou 002|", kReputation, "Hotmail: address or domain with a bad reputation",
     "550 OU-002 (SNT004-MC1F4) Unfortunately, messages from 192.0.2.9 weren't sent."},
    {"sc 001|", kReputation, "Hotmail: address or domain with a bad reputation",
     "550 SC-001 (COL004-MC4F9) Unfortunately, messages from 192.0.2.9 weren't sent."},
    {"sc 002|", kReputation, "Hotmail: address or domain with a bad reputation",
     "550 SC-002 (BAY0-MC1-F4) Mail rejected by Windows Live Hotmail for policy reasons."},
    {"sc 004|", kReputation, "Hotmail: complaints about this address",
     "550 SC-004 Mail rejected by Windows Live Hotmail for policy reasons. A block has been placed "
     "against your IP"},
    {"rp 00", kRateLimited, "Hotmail: sending limits by reputation",
     "421 RP-001 (COL004-MC2F5) Unfortunately, some messages from 192.0.2.9 weren't sent. The mail "
     "server IP connecting has exceeded the rate limit"},
    {"resolver.adr.", kUserUnknown, "Exchange: the recipient resolver finds no such address",
     "550 5.1.1 RESOLVER.ADR.ExRecipNotFound; not found"},
    {"resolver.rst.recipsizelimit", kMessageTooLarge, "Exchange: message larger than the recipient takes",
     "550 5.2.3 RESOLVER.RST.RecipSizeLimit; message too large for this recipient"},
    {"resolver.rst.sendsizelimit", kMessageTooLarge, "Exchange: message larger than the sender may send",
     "550 5.2.3 RESOLVER.RST.SendSizeLimit.Sender; message too large for this sender"},
    {"resolver.rst.", kPolicy, "Exchange: a restriction of the recipient or the sender",
     "550 5.7.1 RESOLVER.RST.AuthRequired; authentication required [Stage: CreateMessage]"},
    {"resolver.fwd.loop", kLoop, "Exchange: forwarding loop",
     "550 5.4.6 RESOLVER.FWD.Loop; there was a forwarding loop"},
    {"storedrv*accountdisabled", kMailboxUnavailable, "Exchange: the account is switched off",
     "550 5.2.0 STOREDRV.Deliver.Exception:AccountDisabledException.MapiExceptionAccountDisabled; Failed"},
    {"conversionfailed", kProtocolError, "Exchange: content that cannot be carried",
     "554 5.6.0 STOREDRV.Deliver.Exception:ConversionFailedException.ConversionFailedException; Failed"},
    {"suspiciousremoteserver", kConnectionLost, "Exchange Online: closed abruptly",
     "450 4.4.318 Connection was closed abruptly (SuspiciousRemoteServerError)"},
    {"banned recipient", kPolicy, "Exchange Online", "550 5.7.505 Access denied, banned recipient"},
    {"sendasdenied", kPolicy, "Exchange: may not send as this sender",
     "550 5.2.252 STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied; "
     "Failed to process message"},
    {"routing.loopdetected", kLoop, "Exchange: loop", "554 5.4.6 ROUTING.LoopDetected; Too many hops"},

    {"hosted tenant which has no mail enabled subscriptions", kPolicy,
     "Exchange Online: the tenant pays for no mail",
     "450 4.4.4 [internal] Mail received as unauthenticated, incoming to a recipient domain configured in a "
     "hosted tenant which has no mail-enabled subscriptions"},

    // Yahoo and AOL
    {"permanently deferred", kReputation, "Yahoo: TSS09, TSS11, TS03: no retry will help",
     "553 5.7.2 [TSS09] All messages from 192.0.2.9 will be permanently deferred; Retrying will NOT "
     "succeed."},
    {"[tss", kRateLimited, "Yahoo: unexpected volume or complaints",
     "421 4.7.0 [TSS04] Messages from 192.0.2.9 temporarily deferred - 4.16.55.1"},
    {"[ts0", kRateLimited, "Yahoo: unexpected volume or complaints",
     "421 4.7.0 [TS01] Messages from 192.0.2.9 temporarily deferred"},
    {"[gl01]", kGreylisted, "Yahoo: unknown sender, try later",
     "421 4.7.0 [GL01] Message from (192.0.2.9) temporarily deferred - 4.16.50."},
    {"[bl21]", kReputation, "Yahoo: the client is on Spamhaus's lists",
     "553 5.7.1 [BL21] Connections will not be accepted from 192.0.2.9, see "
     "http://postmaster.yahoo.com/550-bl23.html"},
    {"[bl23]", kReputation, "Yahoo: the client is on Spamhaus's lists",
     "553 5.7.1 [BL23] Connections not accepted from 192.0.2.9"},
    {"[ph01]", kPolicy, "Yahoo: phishing or forged links: not accepted for policy reasons",
     "554 5.7.9 Message not accepted for policy reasons. [PH01]"},
    {"[ipts0", kRateLimited, "Yahoo: complaints about this address",
     "421 4.7.0 [IPTS04] Messages temporarily deferred"},
    {"dosnt like", kUserUnknown, "Yahoo: its own spelling of a mailbox that takes nothing from this sender",
     "554 delivery error: dd Not a valid recipient, dosn't like this recipient"},
    {"this user doesnt have a*account", kUserUnknown, "Yahoo: no such account",
     "554 delivery error: dd This user doesn't have a ymail.com account (u@ymail.com) [-5]"},
    {"554.30", kMailboxUnavailable, "Yahoo: mailbox disabled",
     "554 30 Sorry, your message to u@yahoo.com cannot be delivered. (554.30)."},
    {"rtr:bl", kReputation, "AOL: the address is on its block list",
     "554 RTR:BL https://postmaster.aol.com/"},
    {"rly:b", kReputation, "AOL: blocked address or domain",
     "421 4.7.1 : (RLY:B1) https://postmaster.aol.com/error-codes#421rlyb1"},
    {"dyn:t", kRateLimited, "AOL: volume or complaints",
     "421 4.7.1 : (DYN:T1) https://postmaster.aol.com/error-codes#421dynt1"},
    {"rtr:rd", kReputation, "AOL: no rDNS or dynamic",
     "421 4.7.1 : (RTR:RD) The IP address has been blocked https://postmaster.aol.com"},
    {"rtr:", kReputation, "AOL: the address",
     "554 (RTR:DU) http://postmaster.info.aol.com/errors/554rtrdu.html"},
    {"hvu:b", kSpamContent, "AOL: a link with many complaints",
     "554 5.7.1 : (HVU:B1) https://postmaster.aol.com/error-codes#554hvub1"},

    // Apple and Proofpoint
    {"[cs01]", kSpamContent, "iCloud: content refused by policy",
     "554 5.7.1 [CS01] Message rejected due to local policy. Please visit "
     "https://support.apple.com/en-us/HT204137"},
    {"[hm08]", kSpamContent, "iCloud: content refused by policy",
     "554 5.7.1 [HM08] Message rejected due to local policy."},
    {"[hm07]", kSpamContent, "iCloud: content refused by policy",
     "550 5.7.1 [HM07] Mail rejected due to local policy."},
    {"ipcheck.proofpoint.com", kReputation, "Proofpoint: the address is blocked",
     "554 Blocked - see https://ipcheck.proofpoint.com/?ip=192.0.2.9"},
    {"~support.proofpoint.com/dnsbl", kReputation, "Proofpoint: the address is blocked",
     "550 5.7.0 Local Policy Violation, see https://support.proofpoint.com/dnsbl-lookup.cgi?ip=192.0.2.9"},
    {"prs/", kRateLimited, "Proofpoint: sender slowed down by its reputation service",
     "421 4.7.0 PRS/192.0.2.9 too many messages, slow down"},

    // Comcast, Charter
    {"#rl000", kRateLimited, "Comcast: sending limits by reputation",
     "421 4.1.0 192.0.2.9 Throttled. http://postmaster.comcast.net/smtp-error-codes.php#RL000003"},
    {"#bl000", kReputation, "Comcast: on a block list",
     "554 comcast.net 192.0.2.9 http://postmaster.comcast.net/smtp-error-codes.php#BL000001"},

    {"aup#in 10", kReputation, "Charter, Spectrum: suspicious activity", "554 5.7.1 refused. AUP#In-1000"},
    {"aup#in 12", kReputation, "Charter, Spectrum: Cloudmark, Spamhaus", "554 5.7.1 refused. AUP#In-1220"},
    {"aup#in 13", kRateLimited, "Charter, Spectrum: connections, messages", "421 refused. AUP#In-1310"},
    {"aup#in 14", kRateLimited, "Charter, Spectrum: messages, recipients", "421 refused. AUP#In-1490"},
    {"aup#in 1530", kMessageTooLarge, "Charter, Spectrum", "552 refused. AUP#In-1530"},
    {"aup#cxbl", kReputation, "Cox", "554 refused - AUP#CXBL"},
    {"aup#cdrbl", kReputation, "Cox: for a day", "554 refused - AUP#CDRBL"},
    {"aup#ipbl", kReputation, "Cox: block lists", "554 refused - AUP#IPBL1000"},
    {"aup#urlbl", kSpamContent, "Cox: a link in the message", "554 refused - AUP#URLBL011"},
    {"aup#cxsndr", kAuthentication, "Cox: SPF, DKIM", "554 refused - AUP#CXSNDR"},
    {"aup#cxcnct", kRateLimited, "Cox: connections", "421 refused - AUP#CXCNCT"},
    {"aup#cxmxrt", kRateLimited, "Cox: messages, recipients", "421 refused - AUP#CXMXRT"},
    {"aup#", kPolicy, "Charter, Cox, Roadrunner: acceptable use", "554 5.7.1 refused - AUP#CXSMTP"},

    // Orange, Wanadoo, La Poste
    {"ofr 506|", kSpamContent, "Orange", "550 5.2.0 Mail rejete. OFR_506 [506]"},
    {"mail rejete", kSpamContent, "Orange, SFR", "550 5.2.0 Mail rejete. Mail rejected."},
    {"ont ete bloques", kReputation, "La Poste",
     "550 5.5.0 Les emails envoyes vers la messagerie Laposte.net ont ete bloques par nos services. "
     "LPN007_510"},
    {"emetteur invalide", kPolicy, "Orange: the sender", "501 5.1.0 Emetteur invalide. OFR004_405 [405]"},

    // T-Online, GMX, web.de
    {"a problem occurred*ask your postmaster", kReputation, "T-Online: on its list",
     "554 IP=192.0.2.9 - A problem occurred. (Ask your postmaster for help or to contact tosa@rx.t-online.de "
     "to clarify.) (BL)"},

    // NetEase (163.com, 126.com, yeah.net): two-part tags
    {"dt:spm", kSpamContent, "the message",
     "554 DT:SPM 163 smtp11,D8CowABH,please see http://mail.163.com/help/help_spam_16.htm"},
    {"dt:sum", kPolicy, "envelope and header sender differ", "554 DT:SUM 163 smtp1"},
    {"dt:rbl", kReputation, "on a list", "450 DT:RBL 163 mx1"},
    {"hl:rep", kReputation, "many unknown recipients", "421 HL:REP 163 mx9"},
    {"hl:mep", kReputation, "forged domains", "421 HL:MEP 163 mx9"},
    {"hl:icc", kRateLimited, "connections at once", "421 HL:ICC 163 mx9"},
    {"hl:if", kRateLimited, "messages in a time (IFC, IFQ)", "421 HL:IFC 163 mx9"},
    {"hl:itc", kRateLimited, "connections in a day", "421 HL:ITC 163 mx9"},
    {"hl:i", kReputation, "the address (IHU, IPB)", "554 HL:IPB 163 mx9"},
    {"ip:blk", kReputation, "the address", "550 IP:BLK 163 mx9"},
    {"mi:spf", kAuthentication, "SPF", "550 MI:SPF mx14"},
    {"mi:dma", kAuthentication, "DMARC", "550 MI:DMA mx14"},
    {"mi:sfq", kRateLimited, "messages of this sender in 15 minutes", "451 MI:SFQ mx14"},
    {"mi:dmc", kRateLimited, "messages of this connection", "450 MI:DMC mx14"},
    {"mi:stc", kRateLimited, "connections of this sender in a day", "550 MI:STC mx14"},
    {"mi:cel", kRateLimited, "wrong commands", "450 MI:CEL mx14"},
    {"mi:ccl", kRateLimited, "commands", "451 MI:CCL mx14"},
    {"mi:", kPolicy, "sender and greeting (NHD, IMF, SPB)", "550 MI:IMF mx14"},
    {"rp:frl", kRelayDenied, "no open relay", "550 RP:FRL mx14"},
    {"rp:", kRateLimited, "recipients (DRC, RCL, TRC, QRC, CEL)", "550 RP:RCL mx14"},
    {"wm:bl", kReputation, "not allowed to send", "450 WM:BLI mx14"},

    // docomo
    {"too much mail data", kMailboxFull, "docomo: more than the recipient may store",
     "552 Too much mail data"},

    // Facebook
    {"pol p", kPolicy, "Facebook", "554 5.7.1 POL-P5 http://postmaster.facebook.com/response_codes"},

    // Zoho
    {"by destination domain", kPolicy, "Zoho: the recipient's domain wants no mail of this sender",
     "541 5.4.1 Mail rejected by destination domain"},
    {"mailpolicy violation", kPolicy, "Zoho", "554 5.2.3 MailPolicy violation Error delivering to mailboxes"},

    // Fortinet
    {"black ip|", kReputation, "FortiMail",
     "554 5.7.1 This message has been blocked because ip 192.0.2.9 is FortiGuard - AntiSpam black IP."},
    {"fortiguard", kSpamContent, "FortiMail",
     "554 5.7.1 This message has been blocked by FortiGuard - AntiSpam"},
    {"fortimail", kSpamContent, "FortiMail", "554 5.7.1 blocked by FortiMail"},
    {"fortispam", kSpamContent, "FortiMail",
     "554 5.7.1 This message has been blocked because it contains FortiSpamshield blocking URL(s)"},
};

}  // namespace

ReasonTable ProviderRules() {
  return kRules;
}

}  // namespace mta
