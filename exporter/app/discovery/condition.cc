#include "exporter/app/discovery/condition.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "exporter/app/discovery/lexer.h"
#include "exporter/base/ascii.h"

namespace mta {
namespace {

constexpr int kMaxDepth = 32;
constexpr size_t kMaxExpressionBytes = 8192;  // also bounds how deep conditions nest when they are asked

std::string Lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), ToLower);
  return out;
}

Truth Known(bool yes) {
  return yes ? Truth::kYes : Truth::kNo;
}

// A property of a record that does not depend on its message; nothing for all others.
using Property = std::string (*)(const SampleRecord&);

Property FindProperty(std::string_view name) {
  struct Entry {
    std::string_view name;
    Property value;
  };
  static constexpr auto kProgram = [](const SampleRecord& r) { return r.program; };
  static constexpr auto kSeverity = [](const SampleRecord& r) { return std::to_string(r.severity); };
  static constexpr auto kSeverityText = [](const SampleRecord& r) {
    return std::string(SeverityName(r.severity));
  };
  static constexpr Entry kProperties[] = {
      {"programname", kProgram},
      {"app-name", kProgram},
      {"syslogtag", [](const SampleRecord& r) { return r.tag + "[1]:"; }},
      {"syslogfacility", [](const SampleRecord& r) { return std::to_string(r.facility); }},
      {"syslogfacility-text", [](const SampleRecord& r) { return std::string(FacilityName(r.facility)); }},
      {"syslogseverity", kSeverity},
      {"syslogpriority", kSeverity},
      {"syslogseverity-text", kSeverityText},
      {"syslogpriority-text", kSeverityText},
  };
  for (const Entry& entry : kProperties) {
    if (EqualsIgnoreCase(entry.name, name)) return entry.value;
  }
  return nullptr;
}

// One side of a comparison.
struct Operand {
  Property property = nullptr;
  std::vector<std::string> values = {};  // a string, a number, or an array of strings
};

Truth Order(const std::string& op, uint64_t a, uint64_t b) {
  if (op == "<") return Known(a < b);
  if (op == "<=") return Known(a <= b);
  if (op == ">") return Known(a > b);
  return Known(a >= b);
}

Truth CompareOne(const std::string& op, std::string a, std::string b) {
  if (op.ends_with("_i")) return CompareOne(op.substr(0, op.size() - 2), Lower(a), Lower(b));
  if (op == "==") return Known(a == b);
  if (op == "contains") return Known(a.find(b) != std::string::npos);
  if (op == "startswith") return Known(a.starts_with(b));
  if (op == "endswith") return Known(a.ends_with(b));
  const auto left = ParseUnsigned(a);
  const auto right = ParseUnsigned(b);
  if (left && right && (op.starts_with('<') || op.starts_with('>'))) return Order(op, *left, *right);
  return Truth::kMaybe;
}

// `op` in lower case, with a leading ! for its opposite.
Condition Compare(Operand left, std::string op, Operand right) {
  const bool opposite = op.starts_with('!') || op == "<>";
  if (op == "!=" || op == "<>") {
    op = "==";
  } else if (opposite) {
    op.erase(0, 1);
  }
  if (left.property == nullptr || right.values.empty()) return Always(Truth::kMaybe);
  return
      [property = left.property, op, opposite, values = std::move(right.values)](const SampleRecord& record) {
        Truth any = Truth::kNo;
        for (const std::string& value : values) any = Or(any, CompareOne(op, property(record), value));
        return opposite ? Not(any) : any;
      };
}

bool IsComparison(const Token& token) {
  static constexpr std::string_view kMarks[] = {"==", "!=", "<>", "<", "<=", ">", ">="};
  static constexpr std::string_view kWords[] = {"contains", "startswith", "endswith"};
  if (token.kind == Token::Kind::kMark)
    return std::find(std::begin(kMarks), std::end(kMarks), token.text) != std::end(kMarks);
  std::string word = Lower(token.text);
  if (word.starts_with('!')) word.erase(0, 1);
  if (word.ends_with("_i")) word.resize(word.size() - 2);
  return token.kind == Token::Kind::kWord &&
         std::find(std::begin(kWords), std::end(kWords), word) != std::end(kWords);
}

// or > and > not > comparison, as in RainerScript.
class ExpressionParser {
 public:
  explicit ExpressionParser(std::string_view text) : in_(Tokenize(text)) {}

  Condition Parse() {
    Condition condition = ParseOr(0);
    return in_.done() && !broken_ ? condition : Always(Truth::kMaybe);
  }

 private:
  Condition ParseOr(int depth) {
    Condition left = ParseAnd(depth);
    while (in_.TakeWord("or")) {
      left = [a = std::move(left), b = ParseAnd(depth)](const SampleRecord& r) { return Or(a(r), b(r)); };
    }
    return left;
  }

  Condition ParseAnd(int depth) {
    Condition left = ParseNot(depth);
    while (in_.TakeWord("and")) left = AllOf(std::move(left), ParseNot(depth));
    return left;
  }

  Condition ParseNot(int depth) {
    if (depth > kMaxDepth) return Break();
    if (in_.TakeWord("not") || in_.TakeWord("!"))
      return [a = ParseNot(depth + 1)](const SampleRecord& r) { return Not(a(r)); };
    if (in_.TakeMark("(")) {
      Condition inner = ParseOr(depth + 1);
      return in_.TakeMark(")") ? inner : Break();
    }
    return ParseComparison();
  }

  Condition ParseComparison() {
    if (in_.TakeWord("prifilt")) return ParsePrifilt();
    Operand left = ParseOperand();
    if (!IsComparison(in_.peek())) return Always(Truth::kMaybe);
    const std::string op = Lower(in_.Next().text);
    return Compare(std::move(left), op, ParseOperand());
  }

  Condition ParsePrifilt() {
    if (!in_.TakeMark("(")) return Break();
    const auto selector = ParseSelector(in_.Next().text);
    if (!in_.TakeMark(")") || !selector) return Break();
    return SelectorCondition(*selector);
  }

  // A concatenation or a call is an operand without value: the comparison is "maybe".
  Operand ParseOperand() {
    Operand operand = ParseTerm();
    while (in_.TakeMark("&")) {
      ParseTerm();
      operand = {};
    }
    return operand;
  }

  Operand ParseTerm() {
    Operand operand;
    const Token token = in_.Next();
    if (token.Is("[")) {
      operand.values = ParseArray();
    } else if (token.kind == Token::Kind::kString) {
      operand.values = {token.text};
    } else if (token.kind != Token::Kind::kWord) {
      broken_ = true;
    } else if (in_.peek().Is("(")) {
      in_.SkipBalanced();
    } else if (token.text.starts_with('$')) {
      operand.property = FindProperty(std::string_view(token.text).substr(1));
    } else {
      operand.values = {token.text};
    }
    return operand;
  }

  std::vector<std::string> ParseArray() {
    std::vector<std::string> values;
    while (!in_.done() && !in_.TakeMark("]")) {
      Token token = in_.Next();
      if (!token.Is(",")) values.push_back(std::move(token.text));
    }
    return values;
  }

  Condition Break() {
    broken_ = true;
    return Always(Truth::kMaybe);
  }

  TokenReader in_;
  bool broken_ = false;
};

}  // namespace

Condition SelectorCondition(const Selector& selector) {
  return [selector](const SampleRecord& r) { return Known(Selects(selector, r.facility, r.severity)); };
}

Condition ParseExpression(std::string_view expression) {
  if (expression.size() > kMaxExpressionBytes) return Always(Truth::kMaybe);
  return ExpressionParser(expression).Parse();
}

Condition PropertyCondition(std::string_view property, std::string_view comparison, std::string_view value) {
  std::string op = Lower(comparison);
  const size_t equal = op.find("isequal");
  if (equal != std::string::npos) op.replace(equal, 7, "==");
  if (op == "!==") op = "!=";
  return Compare({.property = FindProperty(property)}, op, {.values = {std::string(value)}});
}

}  // namespace mta
