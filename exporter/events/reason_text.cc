#include "exporter/events/reason_text.h"

#include "exporter/base/ascii.h"

namespace mta {
namespace {

constexpr size_t kLongestBracket = 400;                   // an address has at most 320 characters
constexpr std::string_view kApostrophe = "\xE2\x80\x99";  // the typographic one

// Bytes that are taken over, in lower case; 0 for the few that need thought.
constexpr std::array<char, 256> MakeLower() {
  std::array<char, 256> lower = {};
  for (size_t i = ' ' + 1; i < 256; ++i) lower[i] = ToLower(static_cast<char>(i));
  for (char special : std::string_view("-_'`\"<@/\x7F\xE2")) lower[static_cast<unsigned char>(special)] = 0;
  return lower;
}

constexpr std::array<char, 256> kLower = MakeLower();

constexpr bool EndsAddress(char c) {
  return std::string_view(" <>()[]\",;:=/").find(c) != std::string_view::npos;
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
  if (digits.size() != 3 || text.size() < 5 || !text.starts_with(digits)) return 0;
  const char separator = text[3];
  if (separator != '-' && separator != ' ') return 0;
  size_t at = 4;
  while (at < text.size() && (IsDigit(text[at]) || text[at] == '.')) ++at;
  const bool has_code = at > 8 && text[4] == digits[0] && text[5] == '.';
  if (has_code) return at;
  return separator == '-' ? 4 : 0;
}

// Writes the folded text to a buffer that has room for as much as is read.
class Folder {
 public:
  Folder(std::string_view raw, std::string_view digits, char* out)
      : raw_(raw), digits_(digits), begin_(out), out_(out) {}

  size_t Run() {
    const char* const end = raw_.data() + raw_.size();
    for (at_ = raw_.data(); at_ < end; ++at_) {
      const char c = kLower[static_cast<unsigned char>(*at_)];
      if (c != 0) {
        *out_++ = c;
      } else {
        Special();
      }
    }
    return static_cast<size_t>(out_ - begin_);
  }

 private:
  std::string_view Rest(size_t skip = 0) const {
    return raw_.substr(static_cast<size_t>(at_ - raw_.data()) + skip);
  }

  void Special() {
    switch (*at_) {
      case '\'':
      case '`':
      case '"':
        return;
      case '<':
        return Bracket();
      case '@':
        return Address();
      case '/':
        if (!Continuation()) *out_++ = '/';
        return;
      case kApostrophe[0]:
        if (!Rest().starts_with(kApostrophe)) {
          *out_++ = *at_;
        } else {
          at_ += kApostrophe.size() - 1;
        }
        return;
      default:  // a blank, or what counts as one
        Blank();
        Continuation();
    }
  }

  void Blank() {
    if (out_ != begin_ && out_[-1] != ' ') *out_++ = ' ';
  }

  void Bracket() {
    if (const size_t length = BracketLength(Rest()); length > 0) {
      at_ += length - 1;
    } else {
      *out_++ = '<';
    }
  }

  void Address() {
    while (out_ != begin_ && !EndsAddress(out_[-1])) --out_;
    std::string_view domain = Rest(1);
    while (!domain.empty() && !EndsAddress(domain.front())) domain.remove_prefix(1);
    at_ = domain.data() - 1;
  }

  // Leaves out the code of a further line, if one follows this blank or `/`.
  bool Continuation() {
    const size_t length = ContinuationLength(Rest(1), digits_);
    if (length == 0) return false;
    Blank();
    at_ += length;
    return true;
  }

  std::string_view raw_;
  std::string_view digits_;
  const char* at_ = nullptr;
  char* begin_;
  char* out_;
};

}  // namespace

ReasonText::ReasonText(std::string_view raw, std::string_view digits)
    : size_(Folder(raw.substr(0, kCapacity), digits, text_.data()).Run()) {}

}  // namespace mta
