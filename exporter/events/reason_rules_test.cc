#include "exporter/events/reason_rules.h"

#include <string>
#include <vector>

#include "catch.h"

namespace mta {
namespace {

using enum Reason;

// The pattern that decides, or "-".
std::string Decides(std::span<const ReasonRule> table, std::string_view text, std::string_view status = {},
                    std::string_view code = {}) {
  const ReasonRules rules{ReasonTable(table)};
  const ReasonRule* rule = rules.Match(ReasonText(text), status, code);
  return rule == nullptr ? "-" : std::string(rule->pattern);
}

TEST_CASE("reason rules: the first row that matches decides, wherever it stands in the text") {
  const std::vector<ReasonRule> table = {{"second word", kTls, "", ""}, {"first", kLoop, "", ""}};
  CHECK(Decides(table, "first and second word") == "second word");
  CHECK(Decides(table, "FIRST") == "first");
  CHECK(Decides(table, "none") == "-");
  CHECK(Decides(table, "") == "-");
}

TEST_CASE("reason rules: a pattern begins at a word") {
  const std::vector<ReasonRule> table = {{"rbl", kReputation, "", ""}, {"~.spamhaus.", kTls, "", ""}};
  CHECK(Decides(table, "Gerbl") == "-");
  CHECK(Decides(table, "an RBLs") == "rbl");
  CHECK(Decides(table, "(rbl)") == "rbl");
  CHECK(Decides(table, "mx.rbl.example") == "-");
  CHECK(Decides(table, "zen.spamhaus.org") == "~.spamhaus.");
  CHECK(Decides(table, "end of a sentence.. rbl") == "rbl");
}

TEST_CASE("reason rules: a bar ends a word") {
  const std::vector<ReasonRule> table = {{"spf|", kAuthentication, "", ""}};
  CHECK(Decides(table, "SPF") == "spf|");
  CHECK(Decides(table, "SPF.") == "spf|");
  CHECK(Decides(table, "spf=fail") == "spf|");
  CHECK(Decides(table, "spfx") == "-");
  CHECK(Decides(table, "spf.example.com") == "-");
}

TEST_CASE("reason rules: a circumflex holds the pattern to the beginning") {
  const std::vector<ReasonRule> table = {{"^connect to*refused", kConnectionRefused, "", ""}};
  CHECK(Decides(table, "connect to x: Connection refused") == "^connect to*refused");
  CHECK(Decides(table, "they said: connect to x: Connection refused") == "-");
}

TEST_CASE("reason rules: the parts of a pattern stand in their order, without overlap") {
  const std::vector<ReasonRule> table = {{"one*two*one", kLoop, "", ""}};
  CHECK(Decides(table, "one, two, one") == "one*two*one");
  CHECK(Decides(table, "one one two two one") == "one*two*one");
  CHECK(Decides(table, "one two") == "-");
  CHECK(Decides(table, "two one one") == "-");
  const std::vector<ReasonRule> overlap = {{"abab*abab", kLoop, "", ""}};
  CHECK(Decides(overlap, "ababab") == "-");
  CHECK(Decides(overlap, "abab abab") == "abab*abab");
}

TEST_CASE("reason rules: conditions on the codes") {
  const std::vector<ReasonRule> table = {{"denied", kUserUnknown, "", "", "5.4.1"},
                                         {"denied", kPolicy, "", "", "5.7."},
                                         {"denied", kLoop, "", "", {}, "45"}};
  CHECK(Decides(table, "denied", "5.4.1") == "denied");
  const ReasonRules rules{ReasonTable(table)};
  CHECK(rules.Match(ReasonText("denied"), "5.4.1", "550") == &table[0]);
  CHECK(rules.Match(ReasonText("denied"), "5.4.10", "550") == nullptr);
  CHECK(rules.Match(ReasonText("denied"), "5.7.10", "") == &table[1]);
  CHECK(rules.Match(ReasonText("denied"), "4.4.1", "451") == &table[2]);
  CHECK(rules.Match(ReasonText("denied"), "", "") == nullptr);
}

TEST_CASE("reason rules: tables follow one another") {
  const std::vector<ReasonRule> first = {{"late", kLoop, "", ""}};
  const std::vector<ReasonRule> second = {{"early", kTls, "", ""}};
  const std::vector<ReasonTable> tables = {first, second};
  const ReasonRules rules(tables);
  CHECK(rules.Match(ReasonText("early, late"), "", "") == &first[0]);
  CHECK(rules.Match(ReasonText("early"), "", "") == &second[0]);
}

TEST_CASE("reason rules: against a plain search, on random texts") {
  const std::vector<ReasonRule> table = {{"abc", kLoop, "", ""},      {"~bca", kLoop, "", ""},
                                         {"cab|", kLoop, "", ""},     {"~aab", kLoop, "", ""},
                                         {"~cc *bb.", kLoop, "", ""}, {"^bb.a", kLoop, "", ""}};
  const ReasonRules rules{ReasonTable(table)};
  const auto alnum = [](char c) { return c >= 'a' && c <= 'c'; };
  const auto begins = [&](const std::string& t, size_t at) {
    return at == 0 || (!alnum(t[at - 1]) && !(t[at - 1] == '.' && at > 1 && alnum(t[at - 2])));
  };
  const auto find = [&](const std::string& t, const std::string& part, bool word, size_t from) {
    for (size_t at = t.find(part, from); at != std::string::npos; at = t.find(part, at + 1)) {
      if (!word || begins(t, at)) return at;
    }
    return std::string::npos;
  };
  const auto ends = [&](const std::string& t, size_t end) {
    return end >= t.size() || (!alnum(t[end]) && !(t[end] == '.' && end + 1 < t.size() && alnum(t[end + 1])));
  };
  uint32_t seed = 1;
  for (int round = 0; round < 20000; ++round) {
    std::string t;
    for (int i = 0; i < 12; ++i) {
      seed = seed * 1664525 + 1013904223;
      t += "abc. "[(seed >> 24) % 5];
    }
    const std::string folded(ReasonText(t).view());
    const ReasonRule* expected = nullptr;
    const auto cab = [&] {
      for (size_t at = find(folded, "cab", true, 0); at != std::string::npos;
           at = find(folded, "cab", true, at + 1)) {
        if (ends(folded, at + 3)) return true;
      }
      return false;
    };
    const size_t cc = folded.find("cc ");
    if (find(folded, "abc", true, 0) != std::string::npos) {
      expected = &table[0];
    } else if (folded.find("bca") != std::string::npos) {
      expected = &table[1];
    } else if (cab()) {
      expected = &table[2];
    } else if (folded.find("aab") != std::string::npos) {
      expected = &table[3];
    } else if (cc != std::string::npos && find(folded, "bb.", true, cc + 3) != std::string::npos) {
      expected = &table[4];
    } else if (folded.starts_with("bb.a")) {
      expected = &table[5];
    }
    INFO("text: " << folded);
    const ReasonRule* got = rules.Match(ReasonText(t), "", "");
    REQUIRE(got == expected);
  }
}

}  // namespace
}  // namespace mta
