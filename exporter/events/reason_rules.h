// Reasons from words: an ordered table of rules, compiled once, matched in one pass over the text.
//
// The shared table (reply_reason.cc) knows what remote servers say; a collector keeps a table of its MTA's
// own words in its folder.  Both are ReasonRules.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "exporter/events/reason.h"

namespace mta {

// One row.  The first row that matches decides, so the order is part of the meaning.
struct ReasonRule {
  // Lower case; matches anywhere in the text, letter case aside.  `*` stands for any run of characters.
  std::string_view pattern;
  Reason reason;
  std::string_view why;  // whose words these are, and what they mean
  // Further conditions; empty means any.  `status` is a prefix of the enhanced status (`4.`, `5.7.`), `code`
  // a prefix of the three digits (`4`, `55`).
  std::string_view status = {};
  std::string_view code = {};
};

// Immutable after construction; any thread may call Match().
class ReasonRules {
 public:
  explicit ReasonRules(std::span<const ReasonRule> rules);  // the rules must outlive this
  ~ReasonRules();

  // The first rule that matches, or nullptr.  Does not allocate; linear in the length of the text.
  const ReasonRule* Match(std::string_view text, std::string_view enhanced_status,
                          std::string_view code) const;

 private:
  struct Automaton;
  std::unique_ptr<const Automaton> automaton_;
  std::span<const ReasonRule> rules_;
};

}  // namespace mta
