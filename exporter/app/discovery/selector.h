// Facilities, severities and the classic selectors of syslog.conf(5): "mail.*", "*.info;mail.none",
// "mail,news.=err".
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace mta {

// RFC 5424, section 6.2.1.
constexpr int kFacilities = 24;
constexpr int kSeverities = 8;
constexpr int kFacilityKern = 0, kFacilityUser = 1, kFacilityMail = 2, kFacilityDaemon = 3, kFacilityAuth = 4,
              kFacilityCron = 9;
constexpr int kSeverityErr = 3, kSeverityInfo = 6, kSeverityDebug = 7;

// By name in any case, or by number.
std::optional<int> FacilityByName(std::string_view name);
std::optional<int> SeverityByName(std::string_view name);
// "mail", "info"; the names rsyslog and syslog(3) use first.
std::string_view FacilityName(int facility);
std::string_view SeverityName(int severity);

// For every facility the severities a selector takes: bit n is severity n.
using Selector = std::array<uint8_t, kFacilities>;

// Nothing where it is not a selector.  Parts are added to each other, `none` and `!` take away, as in
// sysklogd and rsyslog; FreeBSD lets a later part replace an earlier one, which makes no difference to "who
// has most of mail".
std::optional<Selector> ParseSelector(std::string_view text);

inline bool Selects(const Selector& selector, int facility, int severity) {
  return (selector[static_cast<size_t>(facility)] >> severity & 1) != 0;
}

}  // namespace mta
