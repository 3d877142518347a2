#include "exporter/app/discovery/rsyslog.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "exporter/app/discovery/condition.h"
#include "exporter/app/discovery/lexer.h"
#include "exporter/app/discovery/selector.h"
#include "exporter/base/ascii.h"
#include "exporter/base/scanner.h"

namespace mta {
namespace {

constexpr int kMaxNesting = 32;
constexpr int kMaxIncludeDepth = 8;
constexpr size_t kMaxFiles = 512;
constexpr size_t kMaxStatements = 1 << 14;
constexpr size_t kMaxRuleText = 80;  // of a rule that is quoted to the user

bool IsBlank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}
bool IsSpace(char c) {
  return IsBlank(c) || c == '\n' || c == '\f' || c == '\v';
}
bool IsNameChar(char c) {
  return IsAlnum(c) || c == '_';
}

// Shared by all the files of one configuration.
struct Reading {
  DiscoveryFiles& files;
  SyslogRules rules = {};
  size_t files_read = 0;
  size_t statements = 0;
};

// One file, read from left to right.
class FileParser {
 public:
  FileParser(Reading& reading, std::string_view text, std::string file, int include_depth)
      : reading_(reading), in_(text), file_(std::move(file)), include_depth_(include_depth) {}

  void ParseInto(Block& main) {
    while (SkipSpace(), !in_.done()) {
      if (in_.Take('}')) continue;  // one too many
      ParseStatement(ruleset_.empty() ? main : reading_.rules.rulesets[ruleset_], "", 0);
    }
  }

 private:
  using Parameters = std::map<std::string, std::string>;

  // Takes at least one character.  `rule` is the filter that leads here, as it is written.
  void ParseStatement(Block& out, const std::string& rule, int depth) {
    if (depth > kMaxNesting || ++reading_.statements > kMaxStatements) {
      in_.TakeRest();
      return;
    }
    switch (in_.peek()) {
      case '$':
        return ParseDirective(out);
      case '&':
        return ParseMoreActions(out, rule, depth);
      case ':':
        return ParsePropertyFilter(out, depth);
      case '{':
        return ParseBraces(out, rule, depth);
      case '/':
      case '-':
        return ParsePath(out, rule);
      case '~':
        in_.Skip(1);
        out.push_back({.kind = Statement::Kind::kStop});
        return;
      default:
        ParseWord(out, rule, depth);
    }
  }

  // $IncludeConfig /etc/rsyslog.d/*.conf
  void ParseDirective(Block& out) {
    const std::string_view name = in_.TakeWhile([](char c) { return !IsSpace(c); });
    in_.TakeWhile(IsBlank);
    const std::string value(in_.TakeWhile([](char c) { return !IsSpace(c); }));
    SkipLine(0);
    if (EqualsIgnoreCase(name, "$IncludeConfig")) Include(value, out);
    if (EqualsIgnoreCase(name, "$RuleSet")) ruleset_ = value == "RSYSLOG_DefaultRuleset" ? "" : value;
  }

  // & stop: one more action of the filter before.
  void ParseMoreActions(Block& out, const std::string& rule, int depth) {
    in_.Skip(1);
    in_.TakeWhile(IsBlank);
    Block nowhere;
    const bool follows = !out.empty() && out.back().kind == Statement::Kind::kIf;
    ParseStatement(follows ? out.back().then_block : nowhere, follows ? last_rule_ : rule, depth + 1);
  }

  // :programname, startswith, "postfix" ACTION
  void ParsePropertyFilter(Block& out, int depth) {
    const Scanner before = in_;
    in_.Skip(1);
    const std::string_view property = TakeFilterWord();
    const std::string_view comparison = TakeFilterWord();
    if (property.empty() || comparison.empty() || in_.peek() != '"') {
      SkipLine(depth);  // :omusrmsg:*
      return;
    }
    const std::string value = TakeQuoted();
    const auto length = static_cast<size_t>(in_.rest().data() - before.rest().data());
    Guard(out, PropertyCondition(property, comparison, value), before.rest().substr(0, length), depth);
  }

  std::string_view TakeFilterWord() {
    const std::string_view word = in_.TakeWhile([](char c) { return !IsSpace(c) && c != ',' && c != ':'; });
    in_.TakeWhile(IsBlank);
    if (!in_.Take(',')) return {};
    in_.TakeWhile(IsBlank);
    return word;
  }

  std::string TakeQuoted() {
    std::string value;
    in_.Skip(1);
    while (!in_.done() && in_.peek() != '"' && in_.peek() != '\n') {
      if (in_.peek() == '\\') in_.Skip(1);
      value += in_.peek();
      in_.Skip(1);
    }
    in_.Take('"');
    return value;
  }

  void ParseBraces(Block& out, const std::string& rule, int depth) {
    in_.Skip(1);
    while (SkipSpace(), !in_.done() && !in_.Take('}')) ParseStatement(out, rule, depth + 1);
  }

  // -/var/log/mail.log;Template
  void ParsePath(Block& out, const std::string& rule) {
    in_.Take('-');
    const std::string path(in_.TakeWhile([](char c) { return !IsSpace(c) && c != ';' && c != '}'; }));
    SkipLine(1);
    AddFile(out, path, rule);
  }

  void ParseWord(Block& out, const std::string& rule, int depth) {
    const Scanner before = in_;
    const std::string_view word = in_.TakeWhile(IsNameChar);
    if (EqualsIgnoreCase(word, "if")) return ParseIf(out, depth);
    if (EqualsIgnoreCase(word, "continue")) return;
    if (EqualsIgnoreCase(word, "stop")) {
      out.push_back({.kind = Statement::Kind::kStop});
      return;
    }
    if (EqualsIgnoreCase(word, "call")) return ParseCall(out);
    if (EqualsIgnoreCase(word, "set") || EqualsIgnoreCase(word, "unset") || EqualsIgnoreCase(word, "reset"))
      return SkipPast(';');
    in_.TakeWhile(IsBlank);
    if (!word.empty() && in_.peek() == '(') return ParseObject(out, word, rule, depth);
    in_ = before;
    ParseSelectorRule(out, depth);
  }

  void ParseSelectorRule(Block& out, int depth) {
    const std::string_view text = in_.TakeWhile([](char c) { return !IsSpace(c); });
    const auto selector = ParseSelector(text);
    if (!selector) {
      SkipLine(depth);
      return;
    }
    Guard(out, SelectorCondition(*selector), text, depth);
  }

  void ParseIf(Block& out, int depth) {
    const std::string_view expression = TakeExpression();
    Guard(out, ParseExpression(expression), "if " + std::string(expression), depth);
    const Scanner before = in_;
    SkipSpace();
    if (EqualsIgnoreCase(in_.TakeWhile(IsNameChar), "else")) {
      SkipSpace();
      const std::string rule = last_rule_;
      ParseStatement(out.back().else_block, "not " + rule, depth + 1);
    } else {
      in_ = before;
    }
  }

  // Up to the word `then`, which is taken too.
  std::string_view TakeExpression() {
    const std::string_view all = in_.rest();
    char quote = '\0';
    for (bool word_begins = true; !in_.done(); in_.Skip(1)) {
      const char c = in_.peek();
      if (quote != '\0') {
        if (c == '\\') in_.Skip(1);
        if (c == quote) quote = '\0';
        continue;
      }
      if (c == '"' || c == '\'') quote = c;
      if (word_begins && in_.rest().size() > 4 && EqualsIgnoreCase(in_.rest().substr(0, 4), "then") &&
          !IsNameChar(in_.rest()[4])) {
        const std::string_view expression = all.substr(0, all.size() - in_.rest().size());
        in_.Skip(4);
        return expression;
      }
      word_begins = !IsNameChar(c) && c != '$' && c != '-';
    }
    return all;
  }

  void ParseCall(Block& out) {
    in_.TakeWhile(IsBlank);
    out.push_back({.kind = Statement::Kind::kCall, .text = std::string(in_.TakeWhile([](char c) {
                                                     return !IsSpace(c) && c != '}' && c != ';';
                                                   }))});
  }

  // action(...), include(...), ruleset(...) {...}, module(...), template(...) {...}
  void ParseObject(Block& out, std::string_view name, const std::string& rule, int depth) {
    Parameters parameters = ParseParameters(TakeBalanced());
    if (EqualsIgnoreCase(name, "action")) {
      if (EqualsIgnoreCase(parameters["type"], "omfile")) AddFile(out, parameters["file"], rule);
      return;
    }
    if (EqualsIgnoreCase(name, "include")) return Include(parameters["file"], out);
    if (EqualsIgnoreCase(parameters["parser.permitslashinprogramname"], "on"))  // of global(...)
      reading_.rules.slash_in_program = true;
    if (EqualsIgnoreCase(name, "foreach")) {
      SkipSpace();
      in_.TakeWhile(IsNameChar);  // do
    }
    const Scanner before = in_;
    SkipSpace();
    if (in_.peek() != '{') {
      in_ = before;
    } else if (EqualsIgnoreCase(name, "ruleset") && !parameters["name"].empty()) {
      ParseBraces(reading_.rules.rulesets[parameters["name"]], "", depth);
    } else {
      TakeBalanced();
    }
  }

  static Parameters ParseParameters(std::string_view text) {
    Parameters parameters;
    TokenReader in(Tokenize(text));
    while (!in.done()) {
      const Token name = in.Next();
      if (name.kind != Token::Kind::kWord || !in.TakeMark("=")) continue;
      std::string key;
      for (char c : name.text) key += ToLower(c);
      parameters[key] = in.Next().text;
    }
    return parameters;
  }

  // The condition, and the statement it guards.
  void Guard(Block& out, Condition condition, std::string_view rule, int depth) {
    last_rule_ = Quotable(rule);
    const std::string here = last_rule_;
    Statement guarded = {.kind = Statement::Kind::kIf, .condition = std::move(condition)};
    SkipSpace();
    if (!in_.done() && in_.peek() != '}') ParseStatement(guarded.then_block, here, depth + 1);
    last_rule_ = here;
    out.push_back(std::move(guarded));
  }

  static std::string Quotable(std::string_view rule) {
    std::string text;
    for (char c : rule) {
      if (!IsSpace(c))
        text += c;
      else if (!text.empty() && text.back() != ' ')
        text += ' ';
    }
    while (text.ends_with(' ')) text.pop_back();
    if (text.size() > kMaxRuleText) text = text.substr(0, kMaxRuleText) + "...";
    return text;
  }

  void AddFile(Block& out, const std::string& path, const std::string& rule) {
    if (!path.starts_with('/') || path.starts_with("/dev/")) return;
    out.push_back({.kind = Statement::Kind::kFile,
                   .text = path,
                   .why = rule.empty()
                              ? fmt::format("rsyslog, {}", reading_.files.Rooted(file_))
                              : fmt::format("rsyslog rule {} in {}", rule, reading_.files.Rooted(file_))});
  }

  void Include(std::string pattern, Block& out) {
    if (!pattern.starts_with('/') || include_depth_ >= kMaxIncludeDepth) return;
    if (pattern.ends_with('/')) pattern += '*';
    for (const std::string& path : reading_.files.Glob(pattern)) {
      if (++reading_.files_read > kMaxFiles) return;
      const auto text = reading_.files.Read(path);
      if (text) FileParser(reading_, JoinContinuedLines(*text), path, include_depth_ + 1).ParseInto(out);
    }
  }

  // Blanks, line ends and comments.
  void SkipSpace() {
    while (true) {
      in_.TakeWhile(IsSpace);
      if (in_.peek() == '#') {
        in_.TakeWhile([](char c) { return c != '\n'; });
        continue;
      }
      if (!in_.Take("/*")) return;
      std::string_view comment;
      if (!in_.TakeUntil("*/", comment)) in_.TakeRest();
    }
  }

  // The rest of the line; inside of braces not past the one that closes them.
  void SkipLine(int depth) {
    char quote = '\0';
    for (; !in_.done() && in_.peek() != '\n'; in_.Skip(1)) {
      const char c = in_.peek();
      if (quote == '\0' && c == '}' && depth > 0) return;
      if (quote == '\0' && c == '"')
        quote = c;
      else if (c == quote)
        quote = '\0';
    }
  }

  void SkipPast(char end) {
    in_.TakeWhile([end](char c) { return c != end; });
    in_.Take(end);
  }

  // From an opening bracket to behind the one that closes it; what stands between.
  std::string_view TakeBalanced() {
    const std::string_view all = in_.rest();
    int open = 0;
    char quote = '\0';
    for (; !in_.done(); in_.Skip(1)) {
      const char c = in_.peek();
      if (quote != '\0') {
        if (c == '\\') in_.Skip(1);
        if (c == quote) quote = '\0';
        continue;
      }
      if (c == '"' || c == '\'') quote = c;
      if (c == '#') in_.TakeWhile([](char d) { return d != '\n'; });
      if (c == '(' || c == '{') ++open;
      if ((c == ')' || c == '}') && --open == 0) break;
    }
    const std::string_view inside = all.substr(0, all.size() - in_.rest().size());
    in_.Skip(1);
    return inside.substr(std::min<size_t>(1, inside.size()));
  }

  Reading& reading_;
  Scanner in_;
  const std::string file_;
  const int include_depth_;
  std::string ruleset_;    // of the legacy $RuleSet; empty: the default one
  std::string last_rule_;  // what `&` refers to
};

}  // namespace

std::string JoinContinuedLines(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 >= text.size() || text[i + 1] != '\n') {
      out += text[i];
      continue;
    }
    ++i;
    while (i + 1 < text.size() && IsBlank(text[i + 1])) ++i;
  }
  return out;
}

SyslogRules ReadRsyslog(DiscoveryFiles& files, const std::string& path) {
  Reading reading = {.files = files};
  if (const auto text = files.Read(path)) {
    const std::string joined = JoinContinuedLines(*text);
    FileParser(reading, joined, path, 0).ParseInto(reading.rules.main);
  }
  return std::move(reading.rules);
}

}  // namespace mta
