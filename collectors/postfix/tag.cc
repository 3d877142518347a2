#include "collectors/postfix/tag.h"

#include <bit>

#include "collectors/postfix/queue_id.h"
#include "exporter/base/hash.h"
#include "exporter/base/scanner.h"
#include "exporter/base/swar.h"

namespace mta::postfix {
namespace {

struct Name {
  std::string_view name;
  Program program;
};

// By frequency in a log: the first few decide nearly every line.
constexpr Name kNames[] = {
    {"smtp", Program::kSmtp},
    {"smtpd", Program::kSmtpd},
    {"qmgr", Program::kQmgr},
    {"cleanup", Program::kCleanup},
    {"postscreen", Program::kPostscreen},
    {"dnsblog", Program::kOther},
    {"lmtp", Program::kLmtp},
    {"local", Program::kLocal},
    {"virtual", Program::kVirtual},
    {"pipe", Program::kPipe},
    {"error", Program::kError},
    {"discard", Program::kDiscard},
    {"bounce", Program::kBounce},
    {"pickup", Program::kPickup},
    {"anvil", Program::kAnvil},
    {"tlsproxy", Program::kTlsproxy},
    {"master", Program::kMaster},
    {"postsuper", Program::kPostsuper},
    {"oqmgr", Program::kQmgr},
    {"nqmgr", Program::kQmgr},
    {"verify", Program::kOther},
    {"scache", Program::kOther},
    {"tlsmgr", Program::kOther},
    {"trivial-rewrite", Program::kOther},
    {"proxymap", Program::kOther},
    {"flush", Program::kOther},
    {"showq", Program::kOther},
    {"spawn", Program::kOther},
    {"qmqpd", Program::kOther},
    {"nbdb_reindexd", Program::kOther},
    {"postlogd", Program::kOther},
    {"postlog", Program::kOther},
    {"postqueue", Program::kOther},
    {"postdrop", Program::kOther},
    {"postmap", Program::kOther},
    {"postalias", Program::kOther},
    {"postconf", Program::kOther},
    {"postkick", Program::kOther},
    {"postlock", Program::kOther},
    {"postmulti", Program::kOther},
    {"postfix", Program::kOther},
    {"postfix-script", Program::kOther},
    {"postfix-tls-script", Program::kOther},
    {"post-install", Program::kOther},
    {"posttls-finger", Program::kOther},
    {"sendmail", Program::kOther},
    {"smtp-sink", Program::kOther},
    {"smtp-source", Program::kOther},
};

Program ProgramOf(std::string_view name) {
  for (const Name& known : kNames) {
    if (known.name == name) return known.program;
  }
  return Program::kNone;
}

struct Beginning {
  std::string_view text;
  Program program;
};

// How lines begin that only one program writes: without a queue id …
constexpr Beginning kBare[] = {
    {"connect from ", Program::kSmtpd},
    {"disconnect from ", Program::kSmtpd},
    {"lost connection after ", Program::kSmtpd},
    {"timeout after ", Program::kSmtpd},
    {"too many errors after ", Program::kSmtpd},
    {"improper command pipelining after ", Program::kSmtpd},
    {"SSL_accept error from ", Program::kSmtpd},
    {"proxy-accept: ", Program::kSmtpd},
    {"proxy-reject: ", Program::kSmtpd},
    {"CONNECT from [", Program::kPostscreen},
    {"PASS NEW [", Program::kPostscreen},
    {"PASS OLD [", Program::kPostscreen},
    {"ALLOWLISTED [", Program::kPostscreen},
    {"WHITELISTED [", Program::kPostscreen},
    {"DENYLISTED [", Program::kPostscreen},
    {"BLACKLISTED [", Program::kPostscreen},
    {"ALLOWLIST VETO [", Program::kPostscreen},
    {"WHITELIST VETO [", Program::kPostscreen},
    {"DISCONNECT [", Program::kPostscreen},
    {"HANGUP after ", Program::kPostscreen},
    {"PREGREET ", Program::kPostscreen},
    {"DNSBL rank ", Program::kPostscreen},
    {"COMMAND ", Program::kPostscreen},
    {"NON-SMTP COMMAND ", Program::kPostscreen},
    {"BARE NEWLINE ", Program::kPostscreen},
    {"DATA without valid RCPT ", Program::kPostscreen},
    {"BDAT without valid RCPT ", Program::kPostscreen},
    {"reject: connect from [", Program::kPostscreen},
    {"entering STRESS mode", Program::kPostscreen},
    {"leaving STRESS mode", Program::kPostscreen},
    {"statistics: max ", Program::kAnvil},
    {"statistics: ", Program::kOther},
    {"daemon started ", Program::kMaster},
    {"reload -- version ", Program::kMaster},
    {"terminating on signal ", Program::kMaster},
    {"starting the Postfix mail system", Program::kOther},
    {"stopping the Postfix mail system", Program::kOther},
    {"refreshing the Postfix mail system", Program::kOther},
    {"connect to ", Program::kSmtp},
    {"server certificate verification failed for ", Program::kSmtp},
    {"TLSRPT: ", Program::kSmtp},
    {"Host offered STARTTLS: ", Program::kSmtp},
    {"addr ", Program::kOther},
    {"cache ", Program::kOther},
    {"Deleted: ", Program::kPostsuper},
    {"Requeued: ", Program::kPostsuper},
    {"Placed on hold: ", Program::kPostsuper},
    {"Released from hold: ", Program::kPostsuper},
    {"Force-expired: ", Program::kPostsuper},
};

// … and after one.
constexpr Beginning kAfterQueueId[] = {
    {"client=", Program::kSmtpd},
    {"uid=", Program::kPickup},
    {"message-id=", Program::kCleanup},
    {"resent-message-id=", Program::kCleanup},
    {"removed (", Program::kCleanup},
    {"from=<", Program::kQmgr},
    {"skipped, still being delivered", Program::kQmgr},
    {"sender ", Program::kBounce},
    {"postmaster ", Program::kBounce},
    {"requeued", Program::kPostsuper},
    {"placed on hold", Program::kPostsuper},
    {"released from hold", Program::kPostsuper},
    {"host ", Program::kSmtp},
    {"lost connection with ", Program::kSmtp},
    {"conversation with ", Program::kSmtp},
    {"lost connection after ", Program::kSmtpd},
    {"timeout after ", Program::kSmtpd},
    {"too many errors after ", Program::kSmtpd},
};

// `reject: RCPT from N[A]: …` (smtpd), `… from [A]:P: …` (postscreen) or `reject: header …` (cleanup).
Program InferActor(std::string_view text) {
  Scanner in(text);
  std::string_view action;
  if (!in.TakeUntil(": ", action) || action.find(' ') != std::string_view::npos) return Program::kNone;
  if (action == "to=<" || action.find('=') != std::string_view::npos) return Program::kNone;
  const std::string_view stage = in.TakeWhile([](char c) { return IsUpper(c) || c == '-'; });
  if (stage.empty()) return IsLower(in.peek()) ? Program::kCleanup : Program::kNone;
  in.Take(" content");
  if (!in.Take(" from ")) return Program::kNone;
  return in.peek() == '[' ? Program::kPostscreen : Program::kSmtpd;
}

template <size_t N>
Program Find(const Beginning (&beginnings)[N], std::string_view text) {
  if (text.empty()) return Program::kNone;
  for (const Beginning& beginning : beginnings) {
    if (beginning.text.front() == text.front() && text.starts_with(beginning.text)) return beginning.program;
  }
  return Program::kNone;
}

// Which program it is decides where the line goes, and all that follows waits for it, so of a longer tag only
// the ends are hashed.
uint64_t QuickHash(std::string_view tag) {
  if (tag.size() < 8) return Hash(tag);
  const uint64_t ends = LoadEight(tag.data()) ^ std::rotl(LoadEight(tag.data() + tag.size() - 8), 5);
  return (ends + tag.size()) * 0x9E3779B97F4A7C15ULL;
}

}  // namespace

Tag ParseTag(std::string_view tag) {
  const size_t last = tag.rfind('/');
  const Program program = tag == "postfix" ? Program::kCommand : ProgramOf(tag.substr(last + 1));
  return {tag, tag.find('/'), last, program};
}

Tag TagReader::Read(std::string_view tag) {
  const uint64_t hash = QuickHash(tag);
  // Two places for each tag: of a dozen tags, two would else often share one and push each other out at every
  // line.
  Known* known = &known_[hash >> 58];
  if (!SameWord(known->text, tag)) {
    Known* const second = &known_[hash >> 48 & 63];
    if (!known->text.empty()) known = second;
    if (!SameWord(known->text, tag)) {
      known->text = tag;
      known->tag = ParseTag(known->text);
    }
  }
  return known->tag.In(tag);
}

Program InferProgram(std::string_view message) {
  Scanner in(message);
  std::string_view queue_id;
  if (TakeQueueId(in, queue_id)) {
    if (in.rest().starts_with("to=<")) return Program::kCommand;  // a delivery agent, but which?
    const Program program = Find(kAfterQueueId, in.rest());
    return program != Program::kNone ? program : InferActor(in.rest());
  }
  if (in.Take("NOQUEUE: ")) {
    const Program program = Find(kAfterQueueId, in.rest());
    return program != Program::kNone ? program : InferActor(in.rest());
  }
  if (const size_t tls = message.substr(0, sizeof "Anonymous TLS ").find(" TLS ");
      tls != std::string_view::npos) {
    return message.substr(tls).find(" from ") < message.substr(tls).find(" to ") ? Program::kSmtpd
                                                                                 : Program::kSmtp;
  }
  return Find(kBare, message);
}

std::string_view TransportOf(Program program) {
  switch (program) {
    case Program::kSmtp:
      return "smtp";
    case Program::kLmtp:
      return "lmtp";
    case Program::kLocal:
      return "local";
    case Program::kVirtual:
      return "virtual";
    case Program::kPipe:
      return "pipe";
    case Program::kError:
      return "error";
    case Program::kDiscard:
      return "discard";
    default:
      return "other";
  }
}

}  // namespace mta::postfix
