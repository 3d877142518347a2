#include "exporter/app/config/values.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "exporter/base/ascii.h"
#include "exporter/base/scanner.h"
#include "exporter/metrics/label_value.h"

namespace mta {
namespace {

constexpr size_t kLongestText = 4096;
constexpr size_t kLongestLabel = 128;
constexpr size_t kLongestDomain = 253;  // RFC 1035

struct Unit {
  std::string_view name;
  uint64_t size;
};

constexpr uint64_t kMs = 1'000'000;
// The larger first, as they are written.
constexpr std::array<Unit, 6> kDurations = {{{"w", 604'800'000 * kMs},
                                             {"d", 86'400'000 * kMs},
                                             {"h", 3'600'000 * kMs},
                                             {"m", 60'000 * kMs},
                                             {"s", 1'000 * kMs},
                                             {"ms", kMs}}};
constexpr std::array<Unit, 4> kSizes = {{{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"", 1}}};

std::optional<uint64_t> Times(uint64_t number, uint64_t unit) {
  if (number > static_cast<uint64_t>(std::numeric_limits<int64_t>::max()) / unit) return std::nullopt;
  return number * unit;
}

bool HasControlCharacter(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return true;
  }
  return false;
}

bool IsDomain(std::string_view text) {
  if (text.empty() || text.size() > kLongestDomain || text.front() == '.') return false;
  char before = '\0';
  for (const char c : text) {
    const bool word = IsAlnum(c) || c == '-' || c == '_' || static_cast<unsigned char>(c) >= 0x80;
    if (!word && (c != '.' || before == '.')) return false;
    before = c;
  }
  return true;
}

bool IsAddress(const std::string& host) {
  std::array<char, sizeof(in6_addr)> address;
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    return inet_pton(AF_INET6, host.substr(1, host.size() - 2).c_str(), address.data()) == 1;
  return inet_pton(AF_INET, host.c_str(), address.data()) == 1 ||
         inet_pton(AF_INET6, host.c_str(), address.data()) == 1;
}

}  // namespace

Result<int64_t> ParseDurationNs(std::string_view text) {
  const auto bad = [&] {
    return Fail(
        fmt::format("\"{}\" is no duration: write a whole number with ms, s, m, h, d or w, as in 7d "
                    "or 1h30m",
                    text));
  };
  Scanner rest(text);
  int64_t sum = 0;
  size_t next_unit = 0;  // units come in their order, each at most once
  if (rest.done()) return bad();
  while (!rest.done()) {
    uint64_t number = 0;
    if (!rest.TakeUnsigned(number)) return bad();
    const std::string_view name = rest.TakeWhile(IsAlpha);
    while (next_unit < kDurations.size() && kDurations[next_unit].name != name) ++next_unit;
    if (next_unit == kDurations.size()) return bad();
    const auto part = Times(number, kDurations[next_unit++].size);
    if (!part || __builtin_add_overflow(sum, static_cast<int64_t>(*part), &sum))
      return Fail(fmt::format("\"{}\" is too long", text));
  }
  return sum;
}

Result<uint64_t> ParseSizeBytes(std::string_view text) {
  Scanner rest(text);
  uint64_t number = 0;
  if (rest.TakeUnsigned(number)) {
    for (const Unit& unit : kSizes) {
      if (rest.rest() != unit.name) continue;
      if (const auto size = Times(number, unit.size)) return *size;
    }
  }
  return Fail(fmt::format("\"{}\" is no size: write bytes, or a number with KiB, MiB or GiB", text));
}

Result<uint64_t> ParseCount(std::string_view text) {
  const auto count = ParseUnsigned(text);
  if (!count) return Fail(fmt::format("\"{}\" is no whole number of 0 or more", text));
  return *count;
}

Result<double> ParseNumber(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size() && std::isfinite(number)) return number;
  return Fail(fmt::format("\"{}\" is no finite number", text));
}

Result<bool> ParseBool(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return Fail(fmt::format("\"{}\" is neither true nor false", text));
}

Result<std::string> ParseText(std::string_view text) {
  if (text.empty()) return Fail("is empty");
  if (text.size() > kLongestText) return Fail(fmt::format("has more than {} bytes", kLongestText));
  if (HasControlCharacter(text)) return Fail("has a control character");
  if (SanitiseLabelValue(text, kLongestText) != text)
    return Fail("is no valid UTF-8, or turns the direction of the writing");
  return std::string(text);
}

Result<std::string> ParseLabel(std::string_view text) {
  if (text.size() > kLongestLabel)
    return Fail(fmt::format("has more than {} bytes, the most a label may have", kLongestLabel));
  return ParseText(text);
}

Result<std::string> ParseAbsolutePath(std::string_view text) {
  if (!text.starts_with('/')) return Fail(fmt::format("\"{}\" is no absolute path: it begins with /", text));
  return ParseText(text);
}

Result<std::string> ParseDomainPattern(std::string_view text) {
  std::string_view domain = text;
  if (domain.starts_with("*.")) domain.remove_prefix(2);
  if (domain.ends_with('.')) domain.remove_suffix(1);
  if (!IsDomain(domain))
    return Fail(fmt::format("\"{}\" is no domain: write gmail.com, or *.google.com for all below it", text));
  std::string pattern(text.substr(0, text.size() - (text.ends_with('.') ? 1 : 0)));
  for (char& c : pattern) c = ToLower(c);
  return pattern;
}

Result<std::string> ParseRelay(std::string_view text) {
  const std::string whole(text);
  if (IsAddress(whole)) return whole;
  if (whole.find('/') != whole.npos) return ParseText(text);  // a socket
  const size_t colon = whole.rfind(':');
  if (colon != whole.npos && IsAddress(whole.substr(0, colon))) {
    const auto port = ParseUnsigned(text.substr(colon + 1));
    if (port && *port > 0 && *port <= UINT16_MAX) return whole;
  }
  return Fail(fmt::format("\"{}\" is no ADDRESS:PORT in numbers, as 127.0.0.1:10024 or [::1]:10024", text));
}

Result<ListenAddress> ParseWebAddress(std::string_view text) {
  const std::string host(text.substr(0, std::min(text.rfind(':'), text.size())));
  const bool only_port = text.find(':') == text.npos || host.empty();
  if (!only_port && host != "localhost" && !IsAddress(host))
    return Fail(fmt::format(
        "\"{}\" is no HOST:PORT in numbers, as 127.0.0.1:9025 or [::1]:9025; :9025 is every address", text));
  return ParseListenAddress(text);
}

Result<std::string> ParseTelemetryPath(std::string_view text) {
  const auto is_plain = [](char c) {
    return IsDigit(c) || IsLower(ToLower(c)) || std::string_view("/-._~").find(c) != std::string_view::npos;
  };
  if (!text.starts_with('/') || text.size() < 2 || !std::all_of(text.begin(), text.end(), is_plain))
    return Fail(fmt::format(
        "\"{}\" is no path: it begins with /, as /metrics, and has letters, digits and -._~/ only", text));
  if (text.starts_with("/-/") || text.starts_with("/api/"))
    return Fail(fmt::format("\"{}\" belongs to the exporter itself: choose another", text));
  return ParseText(text);
}

}  // namespace mta
