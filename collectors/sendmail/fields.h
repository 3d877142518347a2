// The pieces sendmail's `key=value, key=value` lines are made of.  Values may hold commas and forged keys in
// quotes or angle brackets; these functions see only what stands outside of both.
#pragma once

#include <optional>
#include <string_view>

namespace mta::sendmail {

constexpr std::string_view kFieldEnd = ", ";

// Steps through a text and says which characters stand outside quotes and angle brackets.  A backslash takes
// the next character with it.
class QuoteState {
 public:
  // True if `c`, the next character, stands outside.  Brackets and quotes themselves never do.
  constexpr bool Outside(char c) {
    if (escaped_) {
      escaped_ = false;
      return false;
    }
    if (c == '\\') {
      escaped_ = true;
    } else if (c == '"') {
      quoted_ = !quoted_;
    } else if (quoted_) {
      return false;
    } else if (c == '<') {
      in_brackets_ = true;
    } else if (c == '>') {
      in_brackets_ = false;
    } else {
      return !in_brackets_;
    }
    return false;
  }

 private:
  bool escaped_ = false;
  bool quoted_ = false;
  bool in_brackets_ = false;
};

// Where the value at the beginning of `text` ends: at the first ", " outside of quotes and brackets after
// which `follows` accepts the rest.  npos where there is none.
template <typename Follows>
size_t EndOfValue(std::string_view text, Follows follows) {
  QuoteState state;
  for (size_t i = 0; i + 1 < text.size(); ++i) {
    if (state.Outside(text[i]) && text[i] == ',' && text[i + 1] == ' ' && follows(text.substr(i + 2)))
      return i;
  }
  return std::string_view::npos;
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
