#include "exporter/events/reason_text.h"

#include <cstdint>

#include "exporter/base/ascii.h"

namespace mta {
namespace {

enum class Class : uint8_t { kPlain, kBlank, kSilent, kOpen, kAt, kDigit, kHigh };

struct Fold256 {
  std::array<char, 256> lower{};
  std::array<Class, 256> kind{};
};

constexpr Fold256 MakeFold() {
  Fold256 fold;
  for (size_t i = 0; i < 256; ++i) {
    const char c = static_cast<char>(i);
    fold.lower[i] = ToLower(c);
    fold.kind[i] = Class::kPlain;
    if (i <= ' ' || c == '-' || c == '_' || i == 127) fold.kind[i] = Class::kBlank;
    if (c == '\'' || c == '`') fold.kind[i] = Class::kSilent;
    if (c == '<') fold.kind[i] = Class::kOpen;
    if (c == '@') fold.kind[i] = Class::kAt;
    if (IsDigit(c)) fold.kind[i] = Class::kDigit;
    if (i == 0xE2) fold.kind[i] = Class::kHigh;  // may begin a typographic apostrophe
  }
  return fold;
}

constexpr Fold256 kFold = MakeFold();
constexpr size_t kLongestBracket = 400;  // an address has at most 320 characters

constexpr bool EndsAddress(char c) {
  return c == ' ' || c == '<' || c == '>' || c == '(' || c == ')' || c == '[' || c == ']' || c == '"' ||
         c == ',' || c == ';' || c == ':' || c == '=' || c == '/';
}

bool IsCharacterName(std::string_view inside) {
  return EqualsIgnoreCase(inside, "lf") || EqualsIgnoreCase(inside, "cr") || EqualsIgnoreCase(inside, "crlf");
}

// How much of `text`, which begins with `<`, is an angle-bracketed thing to leave out; 0 where there is none.
size_t BracketLength(std::string_view text) {
  text = text.substr(0, kLongestBracket);
  size_t at = 1;
  if (at < text.size() && text[at] == '"') {  // a quoted local part may hold a `>`
    for (++at; at < text.size() && text[at] != '"'; ++at) at += text[at] == '\\' ? 1 : 0;
  }
  const size_t close = at < text.size() ? text.find('>', at) : std::string_view::npos;
  if (close == std::string_view::npos) return 0;
  const std::string_view inside = text.substr(1, close - 1);
  if (inside.find("://") != std::string_view::npos || IsCharacterName(inside)) return 0;
  const bool is_word = inside.find(' ') == std::string_view::npos;
  return is_word || inside.find('@') != std::string_view::npos ? close + 1 : 0;
}

// How much of `text` is the code that begins a further line of a reply: `550-5.7.1 `, `550 5.7.1 `, `550-`.
// A bare `550 ` may as well be a number of the sentence and stays.
size_t ContinuationLength(std::string_view text, std::string_view digits) {
  if (digits.size() != 3 || !text.starts_with(digits) || text.size() < 5) return 0;
  const char separator = text[3];
  if (separator != '-' && separator != ' ') return 0;
  size_t at = 4;
  while (at < text.size() && (IsDigit(text[at]) || text[at] == '.')) ++at;
  const bool has_code = at > 8 && text[4] == digits[0] && text[5] == '.';
  if (has_code) return at;
  return separator == '-' ? 4 : 0;
}

}  // namespace

ReasonText::ReasonText(std::string_view raw, std::string_view digits) {
  Fold(raw, digits);
}

void ReasonText::Append(char c) {
  if (size_ < kCapacity) text_[size_++] = c;
}

void ReasonText::DropLastWord() {
  while (size_ > 0 && !EndsAddress(text_[size_ - 1])) --size_;
}

void ReasonText::Fold(std::string_view raw, std::string_view digits) {
  bool at_word_start = true;
  for (size_t i = 0; i < raw.size() && size_ < kCapacity; ++i) {
    const auto byte = static_cast<unsigned char>(raw[i]);
    switch (kFold.kind[byte]) {
      case Class::kSilent:
        continue;
      case Class::kBlank:
        if (size_ > 0 && text_[size_ - 1] != ' ') Append(' ');
        at_word_start = true;
        continue;
      case Class::kOpen:
        if (const size_t length = BracketLength(raw.substr(i)); length > 0) {
          i += length - 1;
          continue;
        }
        break;
      case Class::kAt:
        DropLastWord();
        while (i + 1 < raw.size() && !EndsAddress(raw[i + 1])) ++i;
        continue;
      case Class::kDigit:
        if (at_word_start || (i > 0 && raw[i - 1] == '/')) {
          if (const size_t length = ContinuationLength(raw.substr(i), digits); length > 0) {
            if (size_ > 0 && text_[size_ - 1] == '/') text_[size_ - 1] = ' ';
            i += length - 1;
            continue;
          }
        }
        break;
      case Class::kHigh:
        if (raw.substr(i).starts_with("\xE2\x80\x99")) {
          i += 2;
          continue;
        }
        break;
      case Class::kPlain:
        break;
    }
    Append(kFold.lower[byte]);
    at_word_start = false;
  }
}

}  // namespace mta
