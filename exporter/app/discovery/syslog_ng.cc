#include "exporter/app/discovery/syslog_ng.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "exporter/app/discovery/condition.h"
#include "exporter/app/discovery/lexer.h"
#include "exporter/app/discovery/selector.h"
#include "exporter/base/ascii.h"

namespace mta {
namespace {

constexpr int kMaxNesting = 24;
constexpr size_t kMaxFiles = 512;
constexpr int kMaxFilters = 1 << 13;  // read in all: filters that name each other multiply
constexpr int kMaxTerms = 256;  // of an expression, and filters of a log path: they nest when they are asked

using Tokens = std::vector<Token>;

struct LogPath {
  Tokens body;
  std::string file;
};

// Everything that is defined, before anything is connected: a filter may stand below its use.
struct Definitions {
  std::map<std::string, Tokens> filters;
  std::map<std::string, Tokens> destinations;
  std::map<std::string, Tokens> sources;
  std::vector<LogPath> log_paths;
  size_t files_read = 0;
  mutable int filters_read = 0;
};

// What stands in ( ) or { }, ended by a kEnd.
Tokens TakeBody(TokenReader& in) {
  Tokens body;
  int open = 0;
  do {
    Token token = in.Next();
    if (token.Is("{") || token.Is("(")) ++open;
    if (token.Is("}") || token.Is(")")) --open;
    body.push_back(std::move(token));
  } while (open > 0 && !in.done());
  body.erase(body.begin());
  if (open == 0 && !body.empty()) body.pop_back();
  body.push_back({});
  return body;
}

void ReadFile(DiscoveryFiles& files, const std::string& path, Definitions& out, int depth);

void Include(DiscoveryFiles& files, const std::string& name, Definitions& out, int depth) {
  std::string pattern = name.starts_with('/') ? name : "/etc/syslog-ng/" + name;
  if (files.IsDirectory(pattern)) pattern += "/*.conf";
  for (const std::string& path : files.Glob(pattern)) ReadFile(files, path, out, depth + 1);
}

void ReadFile(DiscoveryFiles& files, const std::string& path, Definitions& out, int depth) {
  if (depth > kMaxNesting || ++out.files_read > kMaxFiles) return;
  const auto text = files.Read(path);
  if (!text) return;
  TokenReader in(Tokenize(*text));
  while (!in.done()) {
    const Token word = in.Next();
    if (word.IsWord("@include")) {
      const Token pattern = in.Next();
      Include(files, pattern.text, out, depth);
    } else if (word.IsWord("log") && in.peek().Is("{")) {
      out.log_paths.push_back({TakeBody(in), path});
    } else if (in.peek().kind == Token::Kind::kWord || in.peek().kind == Token::Kind::kString) {
      auto* const kind = word.IsWord("filter")        ? &out.filters
                         : word.IsWord("destination") ? &out.destinations
                         : word.IsWord("source")      ? &out.sources
                                                      : nullptr;
      if (kind == nullptr) continue;
      const std::string name = in.Next().text;
      if (in.peek().Is("{")) (*kind)[name] = TakeBody(in);
    } else if (in.peek().Is("{") || in.peek().Is("(")) {
      in.SkipBalanced();
    }
  }
}

// file("/var/log/mail.log" …) of a destination; names with macros are left out.
std::vector<std::string> FilesOf(const Tokens& destination) {
  std::vector<std::string> paths;
  for (size_t i = 0; i + 2 < destination.size(); ++i) {
    const std::string& path = destination[i + 2].text;
    if (destination[i].IsWord("file") && destination[i + 1].Is("(") && path.starts_with('/') &&
        !path.starts_with("/dev/") && path.find('$') == std::string::npos)
      paths.push_back(path);
  }
  return paths;
}

// True unless it is known to hold lines of other machines or files only.
bool MayBeLocal(const Definitions& all, const std::string& source) {
  static constexpr std::string_view kLocal[] = {"system",      "unix-dgram",      "unix-stream",
                                                "sun-streams", "systemd-journal", "systemd-syslog"};
  const auto found = all.sources.find(source);
  if (found == all.sources.end()) return true;
  return std::any_of(found->second.begin(), found->second.end(), [](const Token& token) {
    return std::any_of(std::begin(kLocal), std::end(kLocal), [&](auto word) { return token.IsWord(word); });
  });
}

// The severities of `info..emerg`, `err`.
uint8_t SeverityRange(std::string_view text) {
  const size_t dots = text.find("..");
  const auto first = SeverityByName(text.substr(0, dots));
  const auto last = dots == std::string_view::npos ? first : SeverityByName(text.substr(dots + 2));
  uint8_t mask = 0;
  for (int severity = 0; first && last && severity < kSeverities; ++severity) {
    if (severity >= std::min(*first, *last) && severity <= std::max(*first, *last))
      mask = static_cast<uint8_t>(mask | 1 << severity);
  }
  return mask;
}

Condition FacilityFilter(const Tokens& arguments) {
  Selector selector = {};
  for (const Token& token : arguments) {
    if (const auto facility = FacilityByName(token.text)) selector[static_cast<size_t>(*facility)] = 0xFF;
    if (token.text.find("..") != std::string::npos) return Always(Truth::kMaybe);  // by numbers
  }
  return SelectorCondition(selector);
}

Condition LevelFilter(const Tokens& arguments) {
  uint8_t mask = 0;
  for (const Token& token : arguments) mask = static_cast<uint8_t>(mask | SeverityRange(token.text));
  Selector selector;
  selector.fill(mask);
  return SelectorCondition(selector);
}

// program("^postfix"): a pattern is understood where it is plain text with anchors.
Condition ProgramFilter(const Tokens& arguments) {
  std::string text = arguments.front().text;
  const auto has = [&](std::string_view word) {
    return std::any_of(arguments.begin(), arguments.end(), [&](const Token& t) { return t.IsWord(word); });
  };
  bool from_start = text.starts_with('^');
  bool to_end = text.size() > 1 && text.ends_with('$');
  if (has("string")) {
    from_start = !has("substring");
    to_end = from_start && !has("prefix");
  } else {
    if (from_start) text.erase(0, 1);
    if (to_end) text.pop_back();
    const auto plain = [](char c) { return IsAlnum(c) || c == '-' || c == '_' || c == '/'; };
    if (!std::all_of(text.begin(), text.end(), plain)) return Always(Truth::kMaybe);
  }
  return [text, from_start, to_end](const SampleRecord& record) {
    const std::string& program = record.tag;
    const bool yes = from_start && to_end ? program == text
                     : from_start         ? program.starts_with(text)
                     : to_end             ? program.ends_with(text)
                                          : program.find(text) != std::string::npos;
    return yes ? Truth::kYes : Truth::kNo;
  };
}

class FilterParser {
 public:
  FilterParser(const Definitions& all, Tokens tokens, int depth)
      : all_(all), in_(std::move(tokens)), depth_(depth) {}

  Condition Parse() {
    if (depth_ > kMaxNesting || ++all_.filters_read > kMaxFilters) return Always(Truth::kMaybe);
    Condition condition = ParseOr();
    in_.TakeMark(";");
    return in_.done() ? condition : Always(Truth::kMaybe);
  }

 private:
  Condition ParseOr() {
    Condition left = ParseAnd();
    for (int terms = 0; terms < kMaxTerms && in_.TakeWord("or"); ++terms)
      left = [a = std::move(left), b = ParseAnd()](const SampleRecord& r) { return Or(a(r), b(r)); };
    return left;
  }

  Condition ParseAnd() {
    Condition left = ParseTerm();
    for (int terms = 0; terms < kMaxTerms && in_.TakeWord("and"); ++terms)
      left = AllOf(std::move(left), ParseTerm());
    return left;
  }

  Condition ParseTerm() {
    bool opposite = false;
    while (in_.TakeWord("not")) opposite = !opposite;
    Condition condition = in_.peek().Is("(") ? Nested(TakeBody(in_)) : ParseFunction();
    if (!opposite) return condition;
    return [a = std::move(condition)](const SampleRecord& r) { return Not(a(r)); };
  }

  Condition ParseFunction() {
    const Token name = in_.Next();
    if (!in_.peek().Is("(")) return Always(Truth::kMaybe);
    Tokens arguments = TakeBody(in_);
    if (name.IsWord("facility")) return FacilityFilter(arguments);
    if (name.IsWord("level") || name.IsWord("priority") || name.IsWord("severity"))
      return LevelFilter(arguments);
    if (name.IsWord("program")) return ProgramFilter(arguments);
    if (name.IsWord("filter")) {
      const auto found = all_.filters.find(arguments.front().text);
      if (found != all_.filters.end()) return Nested(found->second);
    }
    return Always(Truth::kMaybe);
  }

  Condition Nested(Tokens tokens) { return FilterParser(all_, std::move(tokens), depth_ + 1).Parse(); }

  const Definitions& all_;
  TokenReader in_;
  const int depth_;
};

// One log { } with those nested in it.
class LogPathReader {
 public:
  LogPathReader(const Definitions& all, const DiscoveryFiles& files, const std::string& file)
      : all_(all), why_(fmt::format("syslog-ng rule in {}", files.Rooted(file))) {}

  Statement Read(const Tokens& body, int depth) {
    Statement path = {.kind = Statement::Kind::kIf};
    int filters = 0;
    bool unsure = false;
    bool final = false;
    bool has_source = false;
    bool local = false;
    TokenReader in(body);
    while (!in.done()) {
      const Token word = in.Next();
      if (word.Is(";") || !(in.peek().Is("(") || in.peek().Is("{"))) continue;
      const bool inline_body = in.peek().Is("{");
      const Tokens inside = TakeBody(in);
      const std::string& name = inside.front().text;
      if (word.IsWord("source")) {
        has_source = true;
        local = local || inline_body || MayBeLocal(all_, name);
      } else if (word.IsWord("filter")) {
        if (++filters <= kMaxTerms)
          path.condition = AllOf(std::move(path.condition), Filter(inside, name, inline_body));
      } else if (word.IsWord("destination")) {
        AddFiles(path.then_block, inside, name, inline_body);
      } else if (word.IsWord("log")) {
        if (depth < kMaxNesting) path.then_block.push_back(Read(inside, depth + 1));
      } else if (word.IsWord("flags")) {
        final = Has(inside, "final");
        unsure = unsure || Has(inside, "fallback");
      } else if (word.IsWord("junction") || word.IsWord("channel") || word.IsWord("if")) {
        unsure = true;
      }
    }
    if (unsure || filters > kMaxTerms)
      path.condition = AllOf(std::move(path.condition), Always(Truth::kMaybe));
    if (has_source && !local) path.condition = Always(Truth::kNo);
    if (!path.condition) path.condition = Always(Truth::kYes);
    if (final) path.then_block.push_back({.kind = Statement::Kind::kStop});
    return path;
  }

 private:
  static bool Has(const Tokens& tokens, std::string_view word) {
    return std::any_of(tokens.begin(), tokens.end(), [&](const Token& t) { return t.IsWord(word); });
  }

  Condition Filter(const Tokens& inside, const std::string& name, bool inline_body) const {
    if (inline_body) return FilterParser(all_, inside, 0).Parse();
    const auto found = all_.filters.find(name);
    return found == all_.filters.end() ? Always(Truth::kMaybe) : FilterParser(all_, found->second, 0).Parse();
  }

  void AddFiles(Block& out, const Tokens& inside, const std::string& name, bool inline_body) const {
    const auto found = all_.destinations.find(name);
    if (!inline_body && found == all_.destinations.end()) return;
    for (const std::string& path : FilesOf(inline_body ? inside : found->second))
      out.push_back({.kind = Statement::Kind::kFile, .text = path, .why = why_});
  }

  const Definitions& all_;
  const std::string why_;
};

}  // namespace

SyslogRules ReadSyslogNg(DiscoveryFiles& files, const std::string& path) {
  Definitions all;
  ReadFile(files, path, all, 0);
  SyslogRules rules;
  for (const LogPath& log_path : all.log_paths)
    rules.main.push_back(LogPathReader(all, files, log_path.file).Read(log_path.body, 0));
  return rules;
}

}  // namespace mta
