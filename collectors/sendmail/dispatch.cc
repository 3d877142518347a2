#include "collectors/sendmail/dispatch.h"

#include <algorithm>
#include <array>

#include "collectors/sendmail/fields.h"
#include "collectors/sendmail/queue_id.h"
#include "collectors/sendmail/steps.h"
#include "exporter/base/ascii.h"
#include "exporter/base/scanner.h"

namespace mta::sendmail {
namespace {

// The heads a kind of line has.  A client can have its own words logged behind a queue id, so what sendmail
// never writes there is not looked for there.
enum Heads : uint8_t { kQueueId = 1, kNoQueue = 2, kBare = 4, kAny = 7 };

Heads HeadsOf(const LineHead& head) {
  if (head.kind == LineHead::Kind::kQueueId) return kQueueId;
  return head.kind == LineHead::Kind::kNoQueue ? kNoQueue : kBare;
}

struct LineKind {
  std::string_view begins;
  int heads;
  Verdict (*step)(const Line&, Memory&);
};

Verdict Ignore(const Line&, Memory&) {
  return Verdict::kIgnored;
}

// The lines that give events, frequent ones first.  to= and from= are asked for before.
constexpr std::array<LineKind, 20> kLineKinds = {{
    {"STARTTLS=", kAny, OnStartTls},
    {"ruleset=", kAny, OnRuleset},
    {"Milter", kQueueId | kNoQueue, OnMilter},
    {"milter=", kQueueId | kNoQueue, OnNamedMilter},
    {"<-- ", kQueueId | kNoQueue, Ignore},  // the SMTP dialogue of LogLevel 15
    {"<", kQueueId | kNoQueue, OnRefusedAddress},
    {"done; ", kQueueId, OnDone},
    {"AUTH=server, relay=", kAny, OnAuthSuccess},
    {"AUTH failure (", kAny, OnAuthFailure},
    {"connect from ", kNoQueue, OnConnect},
    {"lost input channel from ", kAny, OnLostInput},
    {"timeout waiting for input from ", kAny, OnTimeout},
    {"Too many recipients", kQueueId | kNoQueue, OnTooManyRecipients},
    {"SYSERR(", kAny, OnSyserr},
    {"SYSERR: ", kAny, OnSyserr},
    {"Losing ", kQueueId | kNoQueue, OnLosing},
    {"Losing ./qf", kBare, OnLosing},
    {"POSSIBLE ATTACK from ", kAny, OnPossibleAttack},
    {"starting daemon (", kNoQueue | kBare, OnDaemonStart},
    {"rejecting connections on daemon ", kNoQueue | kBare, OnLoadRefusal},
}};

// Lines without a head that feed no metric and that no other program writes.
constexpr std::string_view kUnmistakable[] = {
    "gethostbyaddr(",
    "alias database ",
    "started as: ",
    "STARTTLS",
    "AUTH=",
    "AUTH: ",
    "AUTH warning: ",
    "TLSA=",
    "DANE_depth=",
    "SSL_CTX_dane_enable=",
    "tls_clt_features=",
    "tls_srv_features=",
    "engine=",
    "poststats: ",
    "accepting connections again for daemon ",
    "have been rejecting connections on daemon ",
    "deferring connections on daemon ",
    "delaying connections on daemon ",
    "runqueue: ",
    "grew WorkList for ",
    "WorkList for ",
    "unauthorized PIPELINING",
    "file descriptors missing on startup",
};

// The same in more common words (`user 1000 attempted to run daemon`): only where the tag is sendmail's.
constexpr std::string_view kOrdinary[] = {
    "user ",
    "restarting ",
    "stopping daemon",
    "daemon ",
    "persistent queue runner",
    "checkqueuerunner: ",
    "restart ",
    "forward ",
    "rejecting new messages: ",
    "rejecting commands from ",
    "rejecting server EHLO from ",
    "header overflow from ",
    "headers too large (",
    "\"wiz\" command from ",
    "\"debug\" command from ",
    "tcpwrappers (",
    "problem creating SMTP socket",
    "accepting new messages",
    "low on space ",
    "invalid domain name (",
    "Authentication-Warning: ",
    "SMTP outgoing connect on ",
    "ERROR: ",
    "timeout waiting for input ",
    "makeconnection",
    "unable to ",  // … write pid to, … qualify my own domain name
    "could not ",
    "can not ",
    "can't ",
    "My unqualified host name ",
    "server SMTP socket ",
    "getpeername",
    "collect: ",
    "getrequests: ",
    "opendaemonsocket: ",
    "getmxrr",
    "queue ",  // … group, … directory, … manager
    "runqueue ",
    "gatherq: ",
    "hostsignature ",
    "server=",
    "set automode ",
    "shared memory ",
    "ownership change ",
    "dangerous permissions",
    "filesys_update ",
    "sync_dir: ",
    "fcntl(",
    "mci_purge_persistent: ",
    "proc_list_probe: ",
    "usershellok: ",
    "connection_rate_check ",
    "global connection rate",
    "FAILED to grow WorkList ",
    "File descriptors missing ",
    "Unsupported address family ",
    "Could not ",
    "Bad line on ",
    "TLS: ",
    "AUTH",
    "SASL",
    "MCI@",
    "Milter",
    "milter",
    "hash map ",
    "map ",
    "dns",
    "LDAP",
    "ldap",
    "NIS",
    "control ",
    "cannot ",
    "error: ",
    "WARNING",
    "Warning",
    "warning: ",
    "--- ",
};

bool BeginsWithAny(std::string_view text, std::span<const std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [text](std::string_view word) { return BeginsWith(text, word); });
}

// `/etc/mail/aliases: 14 aliases, longest 10 bytes, 152 bytes total`, `/etc/mail/x: WARNING: dangerous …`
bool IsAboutFile(std::string_view body) {
  return body.starts_with('/') && body.find(": ") != std::string_view::npos;
}

// `h.example [192.0.2.9] did not issue MAIL/EXPN/VRFY/ETRN during connection to MTA`
bool IsIdleSession(std::string_view body) {
  return body.find("] did not issue MAIL/EXPN/VRFY/ETRN ") != std::string_view::npos;
}

bool IsOrdinary(std::string_view body) {
  return BeginsWithAny(body, kOrdinary) || IsAboutFile(body) || IsIdleSession(body);
}

Verdict BareLine(std::string_view body, const Line& line, bool known_sendmail) {
  if (BeginsWithAny(body, kUnmistakable)) return Verdict::kIgnored;
  if (known_sendmail && IsOrdinary(body)) return Verdict::kIgnored;
  // A line without a tag in a log of sendmail's is a damaged one.
  return known_sendmail || line.record.tag.empty() ? Verdict::kUnrecognized : Verdict::kForeign;
}

// What an operator, or a rule that answers `$#discard`, did with a message: for its story, no metric counts
// it.
bool IsAction(std::string_view body) {
  return body == "discarded" || body == "unquarantine" || body.starts_with("quarantine=");
}

Verdict OnAction(const Line& line) {
  Scanner body(line.body);
  MessageAction event = {.queue_id = line.queue_id};
  event.action = body.TakeWhile([](char c) { return c != '='; });
  body.Take('=');
  event.text = body.rest();
  line.Emit(event);
  return Verdict::kIgnored;
}

// Behind an id sendmail may write anything: what it told a client or a user, in free words, mailertable texts
// included.  Only a stub of a line is no such text.
Verdict FreeText(std::string_view body) {
  static constexpr std::array<std::string_view, 4> kWords = {"locked", "unlock", "changed", "interrupt"};
  const bool is_text = body.find_first_of(" =") != std::string_view::npos ||
                       std::find(kWords.begin(), kWords.end(), body) != kWords.end();
  return is_text ? Verdict::kIgnored : Verdict::kUnrecognized;
}

bool BeginsWithQueueId(std::string_view body) {
  const size_t end = body.find(':');
  return end != std::string_view::npos && body.substr(end).starts_with(": ") &&
         IsAnyQueueId(body.substr(0, end));
}

// `MAIL FROM:<a@b> SYSERR(root):` is answered with `SYSERR(root): parameter unrecognized`: the client's word.
bool IsUnknownParameter(std::string_view body) {
  return body.ends_with(" parameter unrecognized") && body.find(' ') == body.size() - 23;
}

// HOST: SMTP COMMAND protocol error: TEXT
bool IsProtocolError(std::string_view body) {
  const size_t at = body.find(": ");
  return at != std::string_view::npos && body.substr(at).starts_with(": SMTP ") &&
         body.find(" protocol error: ", at) < at + 24;
}

}  // namespace

Verdict Dispatch(const LineHead& head, const Line& line, const DispatchContext& context, Memory& memory) {
  const std::string_view body = line.body;
  const bool has_id = head.kind == LineHead::Kind::kQueueId;
  const bool is_bare = head.kind == LineHead::Kind::kBare;
  const Heads heads = HeadsOf(head);
  if (head.part > 1) return has_id || context.known_sendmail ? Verdict::kIgnored : Verdict::kForeign;
  if (has_id && body.starts_with("to=")) return OnDelivery(line, memory, context.internal_relays);
  if (has_id && body.starts_with("from=")) return OnMessage(line, memory);
  if (!is_bare && IsUnknownParameter(body)) return Verdict::kIgnored;
  for (const LineKind& kind : kLineKinds) {
    if (BeginsWith(body, kind.begins) && (kind.heads & heads) != 0) return kind.step(line, memory);
  }
  if (is_bare && context.known_sendmail && IsProtocolError(body)) return OnProtocolError(line, memory);
  if (is_bare) return BareLine(body, line, context.known_sendmail);
  if (has_id && BeginsWithQueueId(body)) return OnRelatedId(line, memory);
  if (IsProtocolError(body)) return OnProtocolError(line, memory);
  if (has_id && IsAction(body)) return OnAction(line);
  return has_id || context.known_sendmail ? FreeText(body) : Verdict::kForeign;
}

}  // namespace mta::sendmail
