#include "collectors/sendmail/fields.h"

#include "exporter/base/scanner.h"

namespace mta::sendmail {

std::string_view Unbracket(std::string_view address) {
  if (address.size() < 2 || address.front() != '<' || address.back() != '>') return address;
  return address.substr(1, address.size() - 2);
}

namespace {

// Start and length of the last bracketed part of `relay`, brackets included; npos where there is none.
struct Brackets {
  size_t begin = std::string_view::npos;
  size_t size = 0;
};

Brackets FindBrackets(std::string_view relay) {
  const size_t end = relay.rfind(']');
  if (end == std::string_view::npos) return {};
  const size_t begin = relay.rfind('[', end);
  if (begin == std::string_view::npos) return {};
  return {begin, end - begin + 1};
}

}  // namespace

std::string_view RelayAddress(std::string_view relay) {
  const Brackets found = FindBrackets(relay);
  if (found.size < 2) return {};
  std::string_view address = relay.substr(found.begin + 1, found.size - 2);
  if (address.starts_with("IPv6:") || address.starts_with("ipv6:")) address.remove_prefix(5);
  return address;
}

std::string_view RelayName(std::string_view relay) {
  const Brackets found = FindBrackets(relay);
  if (found.begin == std::string_view::npos) return relay;
  std::string_view name = relay.substr(0, found.begin);
  if (name.ends_with(' ')) name.remove_suffix(1);
  return name;
}

namespace {

// `HH:MM:SS`, the form of nearly all.
bool IsUsualDuration(std::string_view text) {
  return text.size() == 8 && text[2] == ':' && text[5] == ':' && IsDigit(text[0]) && IsDigit(text[1]) &&
         IsDigit(text[3]) && IsDigit(text[4]) && IsDigit(text[6]) && IsDigit(text[7]);
}

int TwoDigits(std::string_view text, size_t at) {
  return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

// `D+HH:MM:SS`, any number of digits.
double AnyDurationSeconds(std::string_view text) {
  uint64_t days = 0, hours = 0, minutes = 0, seconds = 0;
  Scanner scanner(text);
  if (text.find('+') != std::string_view::npos && (!scanner.TakeUnsigned(days) || !scanner.Take('+')))
    return 0;
  if (!scanner.TakeUnsigned(hours) || !scanner.Take(':') || !scanner.TakeUnsigned(minutes) ||
      !scanner.Take(':') || !scanner.TakeUnsigned(seconds) || !scanner.done())
    return 0;
  return (static_cast<double>(days) * 24 + static_cast<double>(hours)) * 3600 +
         static_cast<double>(minutes) * 60 + static_cast<double>(seconds);
}

}  // namespace

double DurationSeconds(std::string_view text) {
  if (!IsUsualDuration(text)) return AnyDurationSeconds(text);
  return (TwoDigits(text, 0) * 60 + TwoDigits(text, 3)) * 60 + TwoDigits(text, 6);
}

}  // namespace mta::sendmail
