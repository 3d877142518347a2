// What a person writes to name an address or a host: the whole of it, a domain, a network, or a shell
// pattern. Letter case does not matter.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "exporter/base/result.h"

namespace mta {

// `*` any characters, `?` one, the rest as it is.  Linear in practice, never worse than pattern times text.
bool MatchesGlob(std::string_view pattern, std::string_view text);

// The longest run of characters that every match of a glob holds as it stands, and that every MTA logs as it
// stands.
std::string LongestLiteral(std::string_view glob);

// bob@example.com, @example.com, *.example.com, b?b@*; `<>` is the empty address.
class AddressPattern {
 public:
  explicit AddressPattern(std::string text);
  bool Matches(std::string_view address) const;
  // What every line with such an address holds; may be too short to be looked for.
  std::string Needle() const { return LongestLiteral(pattern_); }

 private:
  std::string pattern_;
};

// mx.example.com, *.example.com, 192.0.2.1, 192.0.2.0/24, 2001:db8::/32.
class HostPattern {
 public:
  static Result<HostPattern> Parse(const std::string& text);
  bool MatchesName(std::string_view name) const;
  bool MatchesAddress(std::string_view address) const;
  // A relay as logged: `mx.example.com[192.0.2.1]:25`, `mx.example.com. [192.0.2.1]`, `192.0.2.1`.
  bool MatchesRelay(std::string_view relay) const;
  std::string Needle() const;

 private:
  struct Network {
    std::array<uint8_t, 16> address = {};
    int family = 0;
    int bits = 0;
  };
  explicit HostPattern(std::string text) : text_(std::move(text)) {}

  std::string text_;
  std::optional<Network> network_;
};

}  // namespace mta
