#include "exporter/app/console/redaction.h"

#include <fmt/format.h>

#include <algorithm>

#include "exporter/base/ascii.h"

namespace mta {
namespace {

// What a local part may be made of where it is not quoted (RFC 5322 atext and dots); bytes of UTF-8 too.
bool IsLocalPart(char c) {
  constexpr std::string_view kMarks = "!#$%&'*+-/=?^_`{|}~.";
  return IsAlnum(c) || kMarks.find(c) != kMarks.npos || static_cast<unsigned char>(c) >= 0x80;
}

// The words that Postfix and its kin put before a value that is a person's: `to=bob@…` is not a local part
// `to=bob`.
size_t WithoutKey(std::string_view text, size_t begin, size_t at) {
  const size_t equals = text.substr(begin, at - begin).rfind('=');
  return equals == std::string_view::npos ? begin : begin + equals + 1;
}

}  // namespace

const std::string& Redaction::Mask(std::string_view person) {
  std::string key(person);
  for (char& c : key) c = ToLower(c);
  std::string& mask = masks_[key];
  if (mask.empty()) mask = fmt::format("user{}", masks_.size());
  return mask;
}

std::string Redaction::Address(std::string_view address) {
  if (!on_ || address.empty()) return std::string(address);
  const size_t at = address.rfind('@');
  if (at == std::string_view::npos) return Mask(address);
  return fmt::format("{}{}", Mask(address), address.substr(at));
}

std::string Redaction::Name(std::string_view name) {
  return on_ && !name.empty() ? Address(name) : std::string(name);
}

std::string Redaction::Client(std::string_view address) {
  if (!on_) return std::string(address);
  const size_t last = address.find_last_of(".:");
  return last == std::string_view::npos ? std::string(address)
                                        : fmt::format("{}x", address.substr(0, last + 1));
}

std::string Redaction::ClientName(std::string_view name) {
  const size_t dot = name.find('.');
  if (!on_ || name == "unknown" || dot == std::string_view::npos) return std::string(name);
  return fmt::format("x{}", name.substr(dot));
}

std::string Redaction::Text(std::string_view text) {
  if (!on_) return std::string(text);
  constexpr std::string_view kLogin = "sasl_username=";
  std::string out;
  size_t copied = 0;
  const auto mask = [&](size_t begin, size_t end, std::string_view person) {
    out += text.substr(copied, begin - copied);
    out += Mask(person);
    copied = end;
  };
  for (size_t i = 0; i < text.size(); ++i) {
    if (text.substr(i).starts_with(kLogin)) {
      const size_t begin = i + kLogin.size();
      const size_t end = std::min(text.find_first_of(", ", begin), text.size());
      if (end > begin) mask(begin, end, text.substr(begin, end - begin));
      i = end - 1;
      continue;
    }
    if (text[i] != '@' || i == copied) continue;
    size_t begin = i;
    if (text[i - 1] == '"') {  // a quoted local part
      const size_t open = text.rfind('"', i - 2);
      begin = i < 2 || open == std::string_view::npos ? i : open;
    } else {
      while (begin > copied && IsLocalPart(text[begin - 1])) --begin;
      begin = WithoutKey(text, begin, i);
    }
    if (begin >= i || begin < copied) continue;
    size_t end = i + 1;
    while (end < text.size() && (IsAlnum(text[end]) || text[end] == '.' || text[end] == '-')) ++end;
    mask(begin, i, text.substr(begin, end - begin));
  }
  out += text.substr(copied);
  return out;
}

}  // namespace mta
