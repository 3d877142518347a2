#include "exporter/app/discovery/selector.h"

#include <algorithm>
#include <string>

#include "exporter/base/ascii.h"

namespace mta {
namespace {

constexpr std::array<std::string_view, kFacilities> kFacilityNames = {
    "kern",   "user",   "mail",     "daemon", "auth",   "syslog",   "lpr",     "news",
    "uucp",   "cron",   "authpriv", "ftp",    "ntp",    "security", "console", "solaris-cron",
    "local0", "local1", "local2",   "local3", "local4", "local5",   "local6",  "local7"};
constexpr std::array<std::string_view, kSeverities> kSeverityNames = {"emerg",   "alert",  "crit", "err",
                                                                      "warning", "notice", "info", "debug"};
constexpr uint8_t kAll = 0xFF;

template <size_t n>
std::optional<int> IndexOf(const std::array<std::string_view, n>& names, std::string_view name) {
  for (size_t i = 0; i < n; ++i) {
    if (EqualsIgnoreCase(names[i], name)) return static_cast<int>(i);
  }
  const auto number = ParseUnsigned(name);
  if (number && *number < n) return static_cast<int>(*number);
  return std::nullopt;
}

// The severities of "info" (info and above), "=info", "*"; whether they are taken or, with "!" or "none",
// left out.
struct Severities {
  uint8_t mask = 0;
  bool taken = true;
};

std::optional<Severities> ParseSeverities(std::string_view text) {
  Severities out;
  if (text.starts_with('!')) {
    out.taken = false;
    text.remove_prefix(1);
  }
  const bool exactly = text.starts_with('=');
  if (exactly) text.remove_prefix(1);
  if (text.starts_with(">=")) text.remove_prefix(2);  // BSD's long form of the default
  if (EqualsIgnoreCase(text, "none")) return Severities{kAll, !out.taken};
  if (text == "*") return Severities{kAll, out.taken};
  const auto severity = SeverityByName(text);
  if (!severity) return std::nullopt;
  out.mask = static_cast<uint8_t>(exactly ? 1 << *severity : (2 << *severity) - 1);
  return out;
}

void Apply(const Severities& severities, uint8_t& mask) {
  mask = static_cast<uint8_t>(severities.taken ? mask | severities.mask : mask & ~severities.mask);
}

// One part: "mail,news.=err".
bool ApplyPart(std::string_view part, Selector& selector) {
  const size_t dot = part.find('.');
  if (dot == std::string_view::npos || dot == 0) return false;
  const auto severities = ParseSeverities(part.substr(dot + 1));
  if (!severities) return false;
  std::string_view names = part.substr(0, dot);
  while (!names.empty()) {
    const size_t comma = std::min(names.find(','), names.size());
    const std::string_view name = names.substr(0, comma);
    names.remove_prefix(std::min(comma + 1, names.size()));
    if (name == "*") {
      for (uint8_t& mask : selector) Apply(*severities, mask);
    } else if (const auto facility = FacilityByName(name)) {
      Apply(*severities, selector[static_cast<size_t>(*facility)]);
    } else if (!EqualsIgnoreCase(name, "mark")) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::optional<int> FacilityByName(std::string_view name) {
  if (EqualsIgnoreCase(name, "security")) return kFacilityAuth;  // its old name
  return IndexOf(kFacilityNames, name);
}

std::optional<int> SeverityByName(std::string_view name) {
  if (EqualsIgnoreCase(name, "warn")) return 4;
  if (EqualsIgnoreCase(name, "error")) return kSeverityErr;
  if (EqualsIgnoreCase(name, "panic")) return 0;
  return IndexOf(kSeverityNames, name);
}

std::string_view FacilityName(int facility) {
  return kFacilityNames[static_cast<size_t>(facility)];
}

std::string_view SeverityName(int severity) {
  return kSeverityNames[static_cast<size_t>(severity)];
}

std::optional<Selector> ParseSelector(std::string_view text) {
  Selector selector = {};
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    const size_t end = std::min(text.find(';'), text.size());
    if (end > 0 && !ApplyPart(text.substr(0, end), selector)) return std::nullopt;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return selector;
}

}  // namespace mta
