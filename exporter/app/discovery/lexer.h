// The words of a configuration language with braces: rsyslog's expressions and parameters, syslog-ng's all.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mta {

struct Token {
  enum class Kind { kWord, kString, kMark, kEnd };
  Kind kind = Kind::kEnd;
  std::string text;  // a string without its quotes and backslashes
  bool Is(std::string_view mark) const { return kind == Kind::kMark && text == mark; }
  bool IsWord(std::string_view word) const;  // in any case
};

// All of `text`; ends with a kEnd.  Comments (#, /* */) are left out; marks are ( ) { } [ ] , ; = == != <> <
// <= > >= and &.  Nothing is an error: what cannot be read becomes a mark nobody expects.
std::vector<Token> Tokenize(std::string_view text);

// Walks over tokens; beyond the last there is always kEnd.
class TokenReader {
 public:
  explicit TokenReader(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}
  const Token& peek() const { return tokens_[at_]; }
  bool done() const { return peek().kind == Token::Kind::kEnd; }
  Token Next();
  bool TakeMark(std::string_view mark);
  bool TakeWord(std::string_view word);
  // From an opening mark to behind the one that closes it.
  void SkipBalanced();

 private:
  std::vector<Token> tokens_;
  size_t at_ = 0;
};

}  // namespace mta
