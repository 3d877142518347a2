// The pieces sendmail's `key=value, key=value` lines are made of.  Addresses may hold commas and forged keys
// in quotes, angle brackets or comments; these functions see only what stands outside of them.
#pragma once

#include <array>
#include <string_view>

namespace mta::sendmail {

constexpr std::string_view kFieldEnd = ", ";

// True for keys that `text` begins with; most comparisons end at the first character.
constexpr bool BeginsWith(std::string_view text, std::string_view key) {
  return !text.empty() && text.front() == key.front() && text.starts_with(key);
}

// What opens, closes or escapes: FindOutside() runs over all else.
inline constexpr std::array<bool, 256> kMarks = [] {
  std::array<bool, 256> marks = {};
  for (char c : std::string_view("\\\"<>()")) marks[static_cast<unsigned char>(c)] = true;
  return marks;
}();

// The first `wanted` outside of quotes, angle brackets and comments (parentheses) for
// which `accept(its place)` is true; npos where there is none.  A backslash takes the next character with it.
template <typename Accept>
size_t FindOutside(std::string_view text, char wanted, Accept accept) {
  bool quoted = false;
  bool in_brackets = false;
  size_t comments = 0;  // open parentheses
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c != wanted && !kMarks[static_cast<unsigned char>(c)]) continue;
    if (c == wanted) {
      if (!quoted && !in_brackets && comments == 0 && accept(i)) return i;
    } else if (c == '\\') {
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (quoted) {
      continue;
    } else if (c == '<' || c == '>') {
      in_brackets = c == '<';
    } else if (c == '(') {
      ++comments;
    } else if (c == ')' && comments > 0) {
      --comments;
    }
  }
  return std::string_view::npos;
}

// Where the value at the beginning of `text` ends: at the first ", " outside of quotes and brackets after
// which `follows` accepts the rest.  npos where there is none.
template <typename Follows>
size_t EndOfValue(std::string_view text, Follows follows) {
  return FindOutside(text, ',', [&](size_t at) {
    return at + 1 < text.size() && text[at + 1] == ' ' && follows(text.substr(at + kFieldEnd.size()));
  });
}

// Without the angle brackets around it, if there are any.
std::string_view Unbracket(std::string_view address);

// The address in the brackets that end a relay (`host [192.0.2.1]`, `[IPv6:2001:db8::1]`, `… (may be
// forged)`), without `IPv6:`; empty where there are none.
std::string_view RelayAddress(std::string_view relay);

// What stands before those brackets, without trailing blank; the whole relay where there are none.
std::string_view RelayName(std::string_view relay);

// Seconds of `HH:MM:SS` or `D+HH:MM:SS`, whole and without bound.  A clock that went back gives negative
// parts or words (`too long`): 0.
double DurationSeconds(std::string_view text);

}  // namespace mta::sendmail
