#include "collectors/sendmail/unescape.h"

#include <cstring>

namespace mta::sendmail {
namespace {

// The byte behind a letter that follows a backslash, '\0' where there is none.
char NamedEscape(char letter) {
  switch (letter) {
    case '\\':
      return '\\';
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'r':
      return '\r';
    case 'b':
      return '\b';
    case 'a':
      return '\a';
    case 'f':
      return '\f';
    case 'v':
      return '\v';
    default:
      return '\0';
  }
}

bool IsOctal(char c) {
  return c >= '0' && c <= '7';
}

// The value of three octal digits at the beginning of `text`, -1 where they do not stand there.
int OctalByte(std::string_view text) {
  if (text.size() < 3 || text[0] > '3' || !IsOctal(text[0]) || !IsOctal(text[1]) || !IsOctal(text[2]))
    return -1;
  return (text[0] - '0') * 64 + (text[1] - '0') * 8 + (text[2] - '0');
}

// Appends what the escape at the beginning of `rest` (a backslash) means; returns its length.
size_t AppendEscape(std::string_view rest, std::string& out) {
  const char named = rest.size() > 1 ? NamedEscape(rest[1]) : '\0';
  if (named != '\0') {
    out.push_back(named);
    return 2;
  }
  const int byte = OctalByte(rest.substr(1));
  out.push_back(byte < 0 ? '\\' : static_cast<char>(byte));
  return byte < 0 ? 1 : 4;
}

}  // namespace

std::string_view Unescape(std::string_view text, std::string& scratch) {
  size_t at = text.find('\\');
  if (at == std::string_view::npos) return text;
  scratch.clear();
  while (at != std::string_view::npos) {
    scratch.append(text.substr(0, at));
    text.remove_prefix(at);
    text.remove_prefix(AppendEscape(text, scratch));
    at = text.find('\\');
  }
  scratch.append(text);
  return scratch;
}

}  // namespace mta::sendmail
