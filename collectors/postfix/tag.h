// The syslog tag of a Postfix process: syslog_name "/" process name (Postfix 2.0–3.12,
// src/global/mail_task.c).
//
// syslog_name is whatever main.cf or master.cf say: `postfix`, `postfix-out`, `postfix/submission`,
// `mx/relay`.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace mta::postfix {

enum class Program : uint8_t {
  kNone,     // no program of Postfix
  kCommand,  // tag `postfix` alone: the command, or a tag that was cut at its slash
  kSmtp,     // kSmtp to kDiscard are the delivery agents
  kLmtp,
  kLocal,
  kVirtual,
  kPipe,
  kError,
  kDiscard,
  kSmtpd,
  kPostscreen,
  kCleanup,
  kQmgr,
  kPickup,
  kBounce,
  kAnvil,
  kMaster,
  kPostsuper,
  kTlsproxy,
  kOther,  // the rest: dnsblog, verify, scache, postdrop, …
};

struct Tag {
  std::string_view instance;      // before the first slash
  std::string_view listener;      // what is between: `submission`; else the program
  std::string_view program_name;  // after the last slash
  Program program = Program::kNone;
};

Tag ParseTag(std::string_view tag);

// ParseTag() for a stream of lines: a log has a dozen tags, so where their slashes are and which program they
// name is kept by the tag's hash.
class TagReader {
 public:
  Tag Read(std::string_view tag);

 private:
  static constexpr uint32_t kNoSlash = UINT32_MAX;
  struct Known {
    uint64_t hash = 0;
    uint32_t first_slash = kNoSlash;
    uint32_t last_slash = kNoSlash;
    Program program = Program::kNone;
  };
  std::array<Known, 64> known_ = {};
};

// Whose line `message` is, when the tag does not say; kNone where more than one program could have written
// it.
Program InferProgram(std::string_view message);

// The label `transport` of a delivery by this program.  Static storage.
std::string_view TransportOf(Program program);

}  // namespace mta::postfix
