// The syslog tag of a Postfix process: syslog_name "/" process name (Postfix 2.0–3.12,
// src/global/mail_task.c).
//
// syslog_name is whatever main.cf or master.cf say: `postfix`, `postfix-out`, `postfix/submission`,
// `mx/relay`.
#pragma once

#include <array>
#include <cstdint>
#include <string>
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

class Tag {
 public:
  Tag() = default;
  Tag(std::string_view text, size_t first_slash, size_t last_slash, Program program)
      : text_(text),
        first_slash_(first_slash),
        last_slash_(last_slash),
        program_(program),
        of_postfix_(has_slash() && instance().starts_with("postfix")) {}

  // The same tag in another line.
  Tag In(std::string_view text) const {
    Tag tag = *this;
    tag.text_ = text;
    return tag;
  }

  Program program() const { return program_; }
  // `postfix/smtp`, `postfix-out/relay/smtp`: nobody else's.
  bool of_postfix() const { return of_postfix_; }
  bool has_slash() const { return last_slash_ != std::string_view::npos; }
  std::string_view instance() const { return text_.substr(0, first_slash_); }      // before the first slash
  std::string_view program_name() const { return text_.substr(last_slash_ + 1); }  // after the last
  // What is between: `submission`; else the program.
  std::string_view listener() const {
    return first_slash_ == last_slash_ ? program_name()
                                       : text_.substr(first_slash_ + 1, last_slash_ - first_slash_ - 1);
  }

 private:
  std::string_view text_;
  size_t first_slash_ =
      std::string_view::npos;  // npos + 1 is 0: without a slash, all three parts are the whole tag
  size_t last_slash_ = std::string_view::npos;
  Program program_ = Program::kNone;
  bool of_postfix_ = false;
};

Tag ParseTag(std::string_view tag);

// ParseTag() for a stream of lines: a log has a dozen tags, so where their slashes are and which program they
// name is kept.
class TagReader {
 public:
  Tag Read(std::string_view tag);

 private:
  struct Known {
    std::string text;
    Tag tag;
  };
  std::array<Known, 64> known_ = {};
};

// Whose line `message` is, when the tag does not say; kNone where more than one program could have written
// it.
Program InferProgram(std::string_view message);

// The label `transport` of a delivery by this program.  Static storage.
std::string_view TransportOf(Program program);

}  // namespace mta::postfix
