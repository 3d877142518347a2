// For the tests of reason tables: every row is written as ReasonText writes, and decides its own example.
#pragma once

#include <string>

#include "catch.h"
#include "exporter/base/ascii.h"
#include "exporter/events/reason_rules.h"
#include "exporter/events/reply_reason_codes.h"

namespace mta {

// The pattern without its marks must be what ReasonText makes of it, or it could never match.
inline void CheckPattern(const ReasonRule& rule) {
  INFO("pattern: " << rule.pattern);
  std::string_view rest = rule.pattern;
  while (true) {
    const size_t star = rest.find('*');
    std::string part(rest.substr(0, star));
    if (!part.empty() && (part.front() == '~' || part.front() == '^')) part.erase(0, 1);
    if (!part.empty() && part.back() == '|') part.pop_back();
    CHECK(part.size() >= 3);
    // Blanks at the beginning belong to the pattern but not to a text.
    CHECK(ReasonText("x" + part).view() == "x" + part);
    if (star == std::string_view::npos) break;
    rest.remove_prefix(star + 1);
  }
  CHECK_FALSE(rule.why.empty());
}

// `rules` holds the table and whatever comes before it; so a row in the shadow of another is found too.
inline void CheckTable(const ReasonRules& rules, ReasonTable table) {
  for (const ReasonRule& rule : table) {
    CheckPattern(rule);
    const ReplyParts parts = SplitReply(rule.example);
    std::string status(parts.enhanced.empty() ? rule.status : parts.enhanced);
    if (status.ends_with('.')) status += "0.0";
    INFO("pattern: " << rule.pattern << "\nexample: " << rule.example);
    const ReasonRule* decided = rules.Match(ReasonText(parts.words, parts.digits), status, parts.digits);
    REQUIRE(decided != nullptr);
    INFO("decided by: " << decided->pattern);
    CHECK(decided == &rule);
  }
}

}  // namespace mta
