#include "exporter/app/console/redaction.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "exporter/base/ascii.h"

namespace mta {
namespace {

// What a local part may be made of where it is not quoted (RFC 5322 atext and dots); bytes of UTF-8 too.
bool IsLocalPart(char c) {
  constexpr std::string_view kMarks = "!#$%&'*+-/=?^_`{|}~.";
  return IsAlnum(c) || kMarks.find(c) != kMarks.npos || static_cast<unsigned char>(c) >= 0x80;
}

constexpr std::array<std::string_view, 12> kKeys = {"from",          "to",          "orig_to", "ctladdr",
                                                    "sasl_username", "sasl_sender", "authid",  "user",
                                                    "sender",        "rcpt",        "arg1",    "recipient"};

// `to=bob@…` is not a local part `to=bob`; but `bounce+bob=example.net@…` is one.
size_t WithoutKey(std::string_view text, size_t begin, size_t at) {
  const std::string_view local_part = text.substr(begin, at - begin);
  const size_t equals = local_part.find('=');
  if (equals == std::string_view::npos) return begin;
  const bool is_key = std::ranges::find(kKeys, local_part.substr(0, equals)) != kKeys.end();
  return is_key ? begin + equals + 1 : begin;
}

// The length of a key at `at` whose value is a login, which has no domain to be known by.
size_t LoginKeyAt(std::string_view text, size_t at) {
  for (const std::string_view key : {"sasl_username=", "sasl_sender=", "authid=", "ctladdr="}) {
    if (text.substr(at).starts_with(key)) return key.size();
  }
  return 0;
}

// `@`, and what it is in a link: the length of it at `at`.
size_t AtSignAt(std::string_view text, size_t at) {
  return text[at] == '@' ? 1 : text.substr(at).starts_with("%40") ? 3 : 0;
}

std::string_view WithoutMarks(std::string_view name) {
  while (!name.empty() && !IsAlnum(name.front())) name.remove_prefix(1);
  while (!name.empty() && !IsAlnum(name.back())) name.remove_suffix(1);
  return name;
}

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = ToLower(c);
  return out;
}

bool IsLoopback(std::string_view address) {
  return address.starts_with("127.") || address == "::1";
}

}  // namespace

const std::string& Redaction::Mask(std::string_view person) {
  std::string& mask = masks_[Lower(person)];
  if (mask.empty()) mask = fmt::format("user{}", masks_.size());
  return mask;
}

void Redaction::Know(std::string_view name, std::string_view mask) {
  name = WithoutMarks(name);
  if (name.empty()) return;
  known_.try_emplace(Lower(name), mask);
  longest_known_ = std::max(longest_known_, name.size());
}

std::string Redaction::Address(std::string_view address) {
  if (!on_ || address.empty()) return std::string(address);
  const size_t at = address.rfind('@');
  const std::string& mask = Mask(address);
  Know(address.substr(0, at), mask);
  return at == std::string_view::npos ? mask : fmt::format("{}{}", mask, address.substr(at));
}

std::string Redaction::Name(std::string_view name) {
  return on_ && !name.empty() ? Address(name) : std::string(name);
}

std::string Redaction::Client(std::string_view address) {
  const size_t last = address.find_last_of(".:");
  if (!on_ || last == std::string_view::npos || IsLoopback(address)) return std::string(address);
  std::string mask = fmt::format("{}x", address.substr(0, last + 1));
  Know(address, mask);
  return mask;
}

std::string Redaction::ClientName(std::string_view name) {
  if (name.find('@') != std::string_view::npos) return Address(name);
  const size_t dot = name.find('.');
  if (!on_ || name == "unknown" || dot == std::string_view::npos) return std::string(name);
  std::string mask = fmt::format("x{}", name.substr(dot));
  Know(name, mask);
  return mask;
}

std::string Redaction::Text(std::string_view text) {
  if (!on_) return std::string(text);
  std::string out;
  size_t copied = 0;
  const auto mask = [&](size_t begin, size_t end, std::string_view person) {
    AddMasked(text.substr(copied, begin - copied), out);
    out += Mask(person);
    copied = end;
  };
  for (size_t i = 0; i < text.size(); ++i) {
    if (const size_t key = LoginKeyAt(text, i); key > 0) {
      const size_t begin = i + key;
      const size_t end = std::min(text.find_first_of(", <>", begin), text.size());
      const std::string_view login = text.substr(begin, end - begin);
      if (!login.empty() && login.find('@') == std::string_view::npos) mask(begin, end, login);
      i = begin - 1;
      continue;
    }
    const size_t sign = AtSignAt(text, i);
    if (sign == 0 || i == copied) continue;
    size_t begin = i;
    if (text[i - 1] == '"') {  // a quoted local part
      const size_t open = text.rfind('"', i - 2);
      begin = i < 2 || open == std::string_view::npos ? i : open;
    } else {
      while (begin > copied && IsLocalPart(text[begin - 1])) --begin;
      begin = WithoutKey(text, begin, i);
    }
    if (begin >= i || begin < copied) continue;
    size_t end = i + sign;
    while (end < text.size() && (IsAlnum(text[end]) || text[end] == '.' || text[end] == '-')) ++end;
    mask(begin, i,
         fmt::format("{}@{}", text.substr(begin, i - begin), text.substr(i + sign, end - i - sign)));
  }
  AddMasked(text.substr(copied), out);
  return out;
}

void Redaction::AddMasked(std::string_view text, std::string& out) const {
  size_t copied = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const std::string* mask = nullptr;
    const size_t length = KnownAt(text, i, mask);
    if (length == 0) continue;
    out += text.substr(copied, i - copied);
    out += *mask;
    copied = i + length;
    i = copied - 1;
  }
  out += text.substr(copied);
}

// The longest one, and only whole words; one of two characters only where marks say that it is a name.
size_t Redaction::KnownAt(std::string_view text, size_t begin, const std::string*& mask) const {
  constexpr size_t kShortest = 3;
  if (!IsAlnum(text[begin]) || (begin > 0 && IsAlnum(text[begin - 1]))) return 0;
  for (size_t length = std::min(longest_known_, text.size() - begin); length > 0; --length) {
    const size_t end = begin + length;
    if (!IsAlnum(text[end - 1]) || (end < text.size() && IsAlnum(text[end]))) continue;
    const bool marked = begin > 0 && (text[begin - 1] == '<' || text[begin - 1] == '=');
    if (length < kShortest && !marked) continue;
    const auto known = known_.find(Lower(text.substr(begin, length)));
    if (known == known_.end()) continue;
    mask = &known->second;
    return length;
  }
  return 0;
}

}  // namespace mta
