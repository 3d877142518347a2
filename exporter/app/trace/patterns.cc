#include "exporter/app/trace/patterns.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>

#include "exporter/base/ascii.h"

namespace mta {
namespace {

// Characters that no logger, mailer or syslog daemon changes or escapes.
bool IsPlain(char c) {
  return IsAlnum(c) || c == '@' || c == '.' || c == '-' || c == '+' || c == ':' || c == '=' || c == '$';
}

std::string_view WithoutBrackets(std::string_view text) {
  const bool bracketed = text.size() >= 2 && text.front() == '<' && text.back() == '>';
  return bracketed ? text.substr(1, text.size() - 2) : text;
}

// The address in the form of inet_pton(3), and how many bits it has; 0: it is none.
int ParseAddress(std::string_view text, int& family, std::array<uint8_t, 16>& out) {
  const std::string copy(text);
  family = text.find(':') == std::string_view::npos ? AF_INET : AF_INET6;
  if (inet_pton(family, copy.c_str(), out.data()) != 1) return 0;
  return family == AF_INET ? 32 : 128;
}

bool SameBits(const std::array<uint8_t, 16>& a, const std::array<uint8_t, 16>& b, int bits) {
  const auto bytes = static_cast<size_t>(bits / 8);
  if (!std::equal(a.begin(), a.begin() + bits / 8, b.begin())) return false;
  const int rest = bits % 8;
  return rest == 0 || (a[bytes] ^ b[bytes]) >> (8 - rest) == 0;
}

}  // namespace

bool MatchesGlob(std::string_view pattern, std::string_view text) {
  size_t p = 0;
  size_t t = 0;
  size_t star = std::string_view::npos;  // the last one that was passed, and where its match ends so far
  size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || ToLower(pattern[p]) == ToLower(text[t]))) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

std::string LongestLiteral(std::string_view glob) {
  std::string_view longest;
  for (size_t at = 0; at < glob.size();) {
    size_t end = at;
    while (end < glob.size() && IsPlain(glob[end])) ++end;
    if (end - at > longest.size()) longest = glob.substr(at, end - at);
    at = end + 1;
  }
  return std::string(longest);
}

AddressPattern::AddressPattern(std::string text) : pattern_(WithoutBrackets(text)) {
  if (pattern_.starts_with('@')) pattern_ = '*' + pattern_;
}

bool AddressPattern::Matches(std::string_view address) const {
  return MatchesGlob(pattern_, WithoutBrackets(address));
}

Result<HostPattern> HostPattern::Parse(const std::string& text) {
  HostPattern host(text);
  const size_t slash = text.find('/');
  Network network;
  const int most = ParseAddress(std::string_view(text).substr(0, slash), network.family, network.address);
  if (slash == std::string::npos) {
    network.bits = most;
  } else {
    const auto bits = ParseUnsigned(std::string_view(text).substr(slash + 1));
    if (most == 0 || !bits || *bits > static_cast<uint64_t>(most))
      return Fail(fmt::format("{} is no network: write 192.0.2.0/24 or 2001:db8::/32", text));
    network.bits = static_cast<int>(*bits);
  }
  if (most != 0) host.network_ = network;
  return host;
}

bool HostPattern::MatchesName(std::string_view name) const {
  if (name.ends_with('.')) name.remove_suffix(1);
  return !network_ && !name.empty() && MatchesGlob(text_, name);
}

bool HostPattern::MatchesAddress(std::string_view address) const {
  if (!network_) return !address.empty() && MatchesGlob(text_, address);
  int family = 0;
  std::array<uint8_t, 16> bytes = {};
  if (ParseAddress(address, family, bytes) == 0 || family != network_->family) return false;
  return SameBits(bytes, network_->address, network_->bits);
}

bool HostPattern::MatchesRelay(std::string_view relay) const {
  const size_t open = relay.rfind('[');
  const size_t close = relay.find(']', open == std::string_view::npos ? 0 : open);
  if (open == std::string_view::npos || close == std::string_view::npos)
    return MatchesAddress(relay) || MatchesName(relay);
  std::string_view name = relay.substr(0, open);
  while (name.ends_with(' ')) name.remove_suffix(1);
  std::string_view address = relay.substr(open + 1, close - open - 1);
  if (address.starts_with("IPv6:")) address.remove_prefix(5);
  const std::string_view port = relay.substr(close + 1);
  return MatchesName(name) || MatchesAddress(address) || (!network_ && MatchesGlob(text_, relay)) ||
         (!network_ && !port.empty() && MatchesGlob(text_, fmt::format("{}{}", address, port)));
}

std::string HostPattern::Needle() const {
  const bool whole_address = network_ && network_->bits == (network_->family == AF_INET ? 32 : 128);
  if (!network_) return LongestLiteral(text_);
  // An IPv6 address may be written in several ways.
  return whole_address && network_->family == AF_INET ? text_.substr(0, text_.find('/')) : std::string();
}

}  // namespace mta
