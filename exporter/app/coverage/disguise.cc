#include "exporter/app/coverage/disguise.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "exporter/base/ascii.h"

namespace mta {
namespace {

using Words = std::span<const std::string_view>;

constexpr std::string_view kBetween = " \t,;()[]{}|<\"";
constexpr size_t kKeyBytes = 16;  // no queue id is that long

constexpr std::string_view kPersonKeys[] = {
    "to",     "from",    "orig_to",       "sender",      "recipient", "rcpt", "user",  "username",
    "login",  "account", "sasl_username", "sasl_sender", "ctladdr",   "uid",  "owner", "mailbox",
    "authid", "authzid", "msgid",         "message-id",  "alias",     "name"};
constexpr std::string_view kHostKeys[] = {"relay",  "client", "host", "hostname", "helo",   "ehlo",
                                          "server", "mx",     "peer", "proxy",    "domain", "arg1"};
constexpr std::string_view kSecretKeys[] = {
    "pass",  "passwd",  "password",  "pw",          "pin",          "secret", "token",
    "key",   "auth",    "challenge", "response",    "cookie",       "bearer", "basic",
    "plain", "xoauth2", "cram-md5",  "credentials", "authorization"};
// Those that stand before what they are about without a sign between.
constexpr std::string_view kBareKeys[] = {"pass",   "passwd",   "password", "secret",  "token",
                                          "bearer", "basic",    "plain",    "xoauth2", "cram-md5",
                                          "user",   "username", "login",    "helo",    "ehlo"};

bool IsOneOf(std::string_view word, Words words) {
  return std::ranges::any_of(words, [&](std::string_view known) { return EqualsIgnoreCase(word, known); });
}

bool IsHex(char c) {
  return IsDigit(c) || (ToLower(c) >= 'a' && ToLower(c) <= 'f');
}

// 10:41, 10:41:23, 00:00:01.5
bool IsClock(std::string_view word) {
  return word.size() <= 12 && word.find(':') <= 2 &&
         std::ranges::all_of(word, [](char c) { return IsDigit(c) || c == ':' || c == '.'; });
}

bool IsNetworkNumber(std::string_view word) {
  const auto dots = std::ranges::count(word, '.');
  const auto colons = std::ranges::count(word, ':');
  if (colons >= 2 && !IsClock(word))
    return std::ranges::all_of(
        word, [](char c) { return IsHex(c) || c == ':' || c == '.' || c == '/' || c == '%'; });
  return dots >= 3 &&
         std::ranges::all_of(word, [](char c) { return IsDigit(c) || c == '.' || c == '/' || c == ':'; });
}

// A dot between two letters or figures, and a letter somewhere: neither 5.7.1 nor 0.25.
bool IsHostName(std::string_view word) {
  if (std::ranges::none_of(word, IsAlpha)) return false;
  for (size_t dot = word.find('.'); dot != word.npos; dot = word.find('.', dot + 1)) {
    if (dot > 0 && dot + 1 < word.size() && IsAlnum(word[dot - 1]) && IsAlnum(word[dot + 1])) return true;
  }
  return false;
}

// mailhub:25
bool HasPort(std::string_view word) {
  const size_t colon = word.rfind(':');
  return colon != word.npos && colon > 0 && word.size() - colon >= 3 && IsAlpha(word.front()) &&
         std::ranges::all_of(word.substr(colon + 1), IsDigit);
}

// What keys and their like are written in: base64, hexadecimal figures.
bool IsKey(std::string_view word) {
  const bool figures = std::ranges::any_of(word, IsDigit);
  const bool marks = word.find_first_of("+/=") != word.npos;
  return word.size() >= kKeyBytes * 2 || (word.size() >= kKeyBytes && (figures || marks));
}

// TAI64N, whose @ is no address's.
bool IsTai(std::string_view word) {
  return word.size() == 25 && word.front() == '@' && std::ranges::all_of(word.substr(1), IsHex);
}

bool IsName(std::string_view key) {
  return !key.empty() && std::ranges::all_of(key, [](char c) { return IsAlpha(c) || c == '_' || c == '-'; });
}

std::string_view Without(std::string_view word, std::string_view ends) {
  const size_t last = word.find_last_not_of(ends);
  return word.substr(0, last == word.npos ? 0 : last + 1);
}

// What stands in brackets at the beginning of `text`, if that is the number of a network.
std::string_view NumberInBrackets(std::string_view text) {
  const size_t close = text.find(']');
  if (!text.starts_with('[') || close == text.npos) return {};
  std::string_view number = text.substr(1, close - 1);
  if (number.starts_with("IPv6:")) number.remove_prefix(5);
  return IsNetworkNumber(number) ? text.substr(1, close - 1) : std::string_view();
}

}  // namespace

Disguise::Looks Disguise::LooksOf(std::string_view word) {
  if (IsTai(word)) return Looks::kPlain;
  if (word.find_first_of("@!%~") != word.npos && word.size() > 1) return Looks::kPerson;
  if (std::ranges::any_of(word, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }))
    return Looks::kSecret;
  if (IsNetworkNumber(word)) return Looks::kHost;
  if (word.find('/') != word.npos && (word.front() == '/' || word.find("/home/") != word.npos))
    return Looks::kPath;
  if (IsHostName(word) || HasPort(word)) return Looks::kHost;
  return IsKey(word) ? Looks::kSecret : Looks::kPlain;
}

Disguise::Looks Disguise::LooksBehind(std::string_view key) {
  if (IsOneOf(key, kSecretKeys)) return Looks::kSecret;
  if (IsOneOf(key, kPersonKeys)) return Looks::kPerson;
  return IsOneOf(key, kHostKeys) ? Looks::kHost : Looks::kPlain;
}

const std::string& Disguise::Mask(std::string_view kind, size_t& count, std::string_view word) {
  std::string key(word);
  std::ranges::transform(key, key.begin(), ToLower);
  std::string& mask = masks_[key];
  if (mask.empty()) mask = fmt::format("{}{}", kind, ++count);
  return mask;
}

std::string Disguise::Masked(Looks looks, std::string_view word) {
  if (word == "*") return "*";  // masked already
  switch (looks) {
    case Looks::kPerson:
      return Mask("user", users_, word);
    case Looks::kHost:
      return word == "unknown" ? "unknown" : Mask("host", hosts_, word);
    case Looks::kSecret:
      return "*";
    case Looks::kPath:
      return word.front() == '/' ? fmt::format("{}/*", word.substr(0, word.find('/', 1))) : "*";
    case Looks::kPlain:
      break;
  }
  std::string key(word);
  std::ranges::transform(key, key.begin(), ToLower);
  const auto known = masks_.find(key);
  return known == masks_.end() ? std::string(word) : known->second;
}

// `behind` is what the word before makes of this one, and becomes what this one makes of the next.
void Disguise::Word(std::string_view word, bool is_host, Looks& behind, std::string& out) {
  const size_t equals = word.find('=');
  const std::string_view key = word.substr(0, equals);
  const bool has_value = equals != word.npos && IsName(key);
  const Looks of_key = has_value ? LooksBehind(key) : Looks::kPlain;
  // bob=example.com@list.example is no key with a value.
  if (has_value && (of_key != Looks::kPlain || word.find('@') == word.npos)) {
    out += word.substr(0, equals + 1);
    behind = of_key;
    word.remove_prefix(equals + 1);
  }
  const std::string_view bare = Without(word, ".:=!?'");
  const std::string_view rest = word.substr(bare.size());
  if (!bare.empty()) {
    const Looks looks = is_host ? Looks::kHost : behind != Looks::kPlain ? behind : LooksOf(bare);
    out += Masked(looks, bare);
    behind =
        rest.find_first_of(":=") != rest.npos || IsOneOf(bare, kBareKeys) ? LooksBehind(bare) : Looks::kPlain;
  }
  out += rest;
}

std::string Disguise::Of(std::string_view text) {
  std::string out;
  Looks behind = Looks::kPlain;
  while (!text.empty()) {
    const char c = text.front();
    const size_t close = c == '<' ? text.find('>') : c == '"' ? text.find('"', 1) : text.npos;
    if (close != text.npos && close > 1) {
      out += c == '<' ? fmt::format("<{}>", Masked(Looks::kPerson, text.substr(1, close - 1))) : "\"*\"";
      text.remove_prefix(close + 1);
      behind = Looks::kPlain;
      continue;
    }
    if (const std::string_view number = NumberInBrackets(text); !number.empty()) {
      out += fmt::format("[{}]", Masked(Looks::kHost, number));
      text.remove_prefix(number.size() + 2);
      continue;
    }
    if (kBetween.find(c) != kBetween.npos) {
      if (c == ',' || c == ';' || c == '<') behind = Looks::kPlain;
      out += c;
      text.remove_prefix(1);
      continue;
    }
    const std::string_view word = text.substr(0, text.find_first_of(kBetween));
    text.remove_prefix(word.size());
    Word(word, !NumberInBrackets(text).empty(), behind, out);
    if (EqualsIgnoreCase(Without(word, ":="), "subject")) return text.empty() ? out : out + " *";
  }
  return out;
}

}  // namespace mta
