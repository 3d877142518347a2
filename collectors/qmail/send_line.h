// The bodies that qmail-send writes, one struct a kind of line; qmail 1.01 to notqmail 1.09 and what their
// relatives put before and behind.
//
//   eQmail      `qmail-send: ` before the line and, for some, a class: `qmail-send: notice: new msg 7`; its
//               addresses and reports may hold blanks
//   indimail    the queue's name behind it: `new msg 7 queue1`, `delivery 3.q: success: … queue1`
//
// logsafe() leaves no blank in an address or a report of any other qmail, so a word is where it stands and
// remote text cannot begin a new one.  Views point into the line.
#pragma once

#include <cstdint>
#include <string_view>

#include "collectors/qmail/channel.h"

namespace mta::qmail {

// How the writer treats blanks in an address or a report.
enum class Blanks : uint8_t {
  kNever,  // all but eQmail: what stands behind a blank is the next field
  kFree,   // eQmail: they may be part of it, and nothing stands behind it
};

// `M`, the message's number and its file's name.
inline constexpr size_t kLongestMessageId = 20;

// new msg M, end msg M, bounce msg M qp Q
struct MessageLine {
  std::string_view id;
  std::string_view queue_process;  // Q
  std::string_view queue;
};

// info msg M: bytes B from <S> qp Q uid U
struct InfoLine {
  std::string_view id;
  uint64_t bytes = 0;
  std::string_view sender;
  std::string_view queue_process;  // Q
  std::string_view queue;
};

// starting delivery D: msg M to CHANNEL RECIPIENT
struct StartLine {
  uint64_t delivery = 0;
  std::string_view id;
  Channel channel = Channel::kOther;
  std::string_view recipient;
  std::string_view queue;
};

enum class ResultWord : uint8_t { kSuccess, kDeferral, kFailure, kMangled, kLog };

// delivery D: success: REPORT, … deferral: …, … failure: …; report mangled, will defer
// qmail-ldap's `delivery D: log: TEXT` is no result.
struct ResultLine {
  uint64_t delivery = 0;
  ResultWord word = ResultWord::kMangled;
  std::string_view report;  // may be empty
  std::string_view queue;
};

// status: local l/L remote r/R [more groups and words]
struct StatusLine {
  PerChannel used = {};
  PerChannel limit = {};
  std::array<bool, kChannelCount> logged = {};  // the channels the line names
  std::string_view queue;
  bool idle() const { return used == PerChannel{}; }
};

// Each takes what follows the words it is named after: `new msg `, `info msg `, `starting delivery `,
// `delivery `, `status: `.  False: the line is damaged.
bool ParseMessage(std::string_view text, MessageLine& out);
bool ParseInfo(std::string_view text, InfoLine& out);
bool ParseStart(std::string_view text, Blanks blanks, StartLine& out);
bool ParseResult(std::string_view text, Blanks blanks, ResultLine& out);
bool ParseStatus(std::string_view text, StatusLine& out);

}  // namespace mta::qmail
