// Reasons from words: ordered tables of rules, compiled once, matched in one pass over the text.
//
// The shared tables (reply_reason_rules.h) know what mail servers say to each other; a collector keeps a
// table of its MTA's own words in its folder.  All of them are ReasonRules.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "exporter/events/reason.h"
#include "exporter/events/reason_text.h"

namespace mta {

// One row.  The first row that matches decides, so the order is part of the meaning.
struct ReasonRule {
  // Written as ReasonText writes: lower case, single blanks, no `-` and `_`, no quotes.
  // clang-format off
  //   mailbox full       matches at the beginning of a word: in `the mailbox fullness`, not in `the submailbox full`
  //   spf|               `|` at the end: the word ends here.  A host name or a number with dots is one word
  //   ~spamhaus          `~` in front: also within a word, as in `zen.spamhaus.org`
  //   ^connect to        `^` in front: at the very beginning of the text
  //   your message*spam  `*`: any characters, or none, in between; what follows it begins a word again
  // clang-format on
  // Every part has at least three characters.
  std::string_view pattern;
  Reason reason;
  std::string_view why;      // whose words these are, or what they mean
  std::string_view example;  // a text that this row decides: the tests hold it to that
  // Further conditions; empty means any.  `status` is an enhanced status or a prefix of it that ends in a dot
  // (`4.`, `5.7.`, `5.4.1`), `code` a prefix of the three digits (`4`, `55`).
  std::string_view status = {};
  std::string_view code = {};
};

using ReasonTable = std::span<const ReasonRule>;

// Immutable after construction; any thread may call Match().
class ReasonRules {
 public:
  // The tables follow one another: the rows of the first come first.  They must outlive this.
  explicit ReasonRules(std::span<const ReasonTable> tables);
  explicit ReasonRules(ReasonTable table) : ReasonRules(std::span(&table, 1)) {}
  ~ReasonRules();

  // The first rule that matches, or nullptr.  Does not allocate; linear in the length of the text.
  const ReasonRule* Match(const ReasonText& text, std::string_view enhanced_status,
                          std::string_view code) const;

  // Bytes the compiled form takes, for tests.
  size_t memory_bytes() const;

 private:
  struct Compiled;
  std::unique_ptr<const Compiled> compiled_;
};

}  // namespace mta
