#include "exporter/app/discovery/lexer.h"

#include <algorithm>
#include <array>

#include "exporter/base/ascii.h"
#include "exporter/base/scanner.h"

namespace mta {
namespace {

bool IsSpace(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

bool EndsWord(char c) {
  return IsSpace(c) || std::string_view("(){}[],;=<>&\"'#").find(c) != std::string_view::npos;
}

bool SkipComment(Scanner& in) {
  if (in.peek() == '#') {
    in.TakeWhile([](char c) { return c != '\n'; });
    return true;
  }
  if (!in.Take("/*")) return false;
  std::string_view comment;
  if (!in.TakeUntil("*/", comment)) in.TakeRest();
  return true;
}

Token TakeString(Scanner& in) {
  Token token = {Token::Kind::kString, ""};
  const char quote = in.peek();
  in.Skip(1);
  while (!in.done() && in.peek() != quote) {
    if (in.peek() == '\\' && in.rest().size() > 1) in.Skip(1);
    token.text += in.peek();
    in.Skip(1);
  }
  in.Skip(1);
  return token;
}

Token TakeMarkOrWord(Scanner& in) {
  constexpr std::array<std::string_view, 5> kLongMarks = {"==", "!=", "<>", "<=", ">="};
  for (std::string_view mark : kLongMarks) {
    if (in.Take(mark)) return {Token::Kind::kMark, std::string(mark)};
  }
  const std::string_view word = in.TakeWhile([](char c) { return !EndsWord(c); });
  if (!word.empty()) return {Token::Kind::kWord, std::string(word)};
  const char mark = in.peek();
  in.Skip(1);
  return {Token::Kind::kMark, std::string(1, mark)};
}

}  // namespace

bool Token::IsWord(std::string_view word) const {
  return kind == Kind::kWord && EqualsIgnoreCase(text, word);
}

std::vector<Token> Tokenize(std::string_view text) {
  std::vector<Token> tokens;
  Scanner in(text);
  while (true) {
    in.TakeWhile(IsSpace);
    if (in.done()) break;
    if (SkipComment(in)) continue;
    tokens.push_back(in.peek() == '"' || in.peek() == '\'' ? TakeString(in) : TakeMarkOrWord(in));
  }
  tokens.push_back({});
  return tokens;
}

Token TokenReader::Next() {
  const Token token = peek();
  if (!done()) ++at_;
  return token;
}

bool TokenReader::TakeMark(std::string_view mark) {
  if (!peek().Is(mark)) return false;
  Next();
  return true;
}

bool TokenReader::TakeWord(std::string_view word) {
  if (!peek().IsWord(word)) return false;
  Next();
  return true;
}

void TokenReader::SkipBalanced() {
  int depth = 0;
  do {
    const Token token = Next();
    if (token.Is("(") || token.Is("{") || token.Is("[")) ++depth;
    if (token.Is(")") || token.Is("}") || token.Is("]")) --depth;
  } while (depth > 0 && !done());
}

}  // namespace mta
