// What two sources may not have in common: a name, or the same lines.
#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <filesystem>

#include "exporter/app/config/source_reader.h"
#include "exporter/app/discovery/discovery.h"
#include "exporter/tail/glob.h"

namespace mta {
namespace {

using Words = std::vector<std::string>;

bool Overlap(const Words& a, const Words& b) {
  return std::any_of(a.begin(), a.end(),
                     [&](const std::string& word) { return std::find(b.begin(), b.end(), word) != b.end(); });
}

// Both choose, and nothing is chosen by both.
bool AreDistinct(const Words& a, const Words& b) {
  return !a.empty() && !b.empty() && !Overlap(a, b);
}

bool ChooseDifferentLines(const SourceConfig& a, const SourceConfig& b) {
  return AreDistinct(a.syslog_names, b.syslog_names) || AreDistinct(a.hosts, b.hosts);
}

// A multilog directory is named by itself or by its `current`.
std::string Normal(const std::string& path) {
  std::string normal = std::filesystem::path(path).lexically_normal();
  while (normal.size() > 1 && normal.ends_with('/')) normal.pop_back();
  if (normal.ends_with("/current")) normal.resize(normal.size() - std::string_view("/current").size());
  return normal;
}

bool SameLog(const std::string& a, const std::string& b) {
  if (Normal(a) == Normal(b)) return true;
  if (IsPattern(a) == IsPattern(b)) return false;
  const auto& [pattern, path] = IsPattern(a) ? std::tie(a, b) : std::tie(b, a);
  return fnmatch(Normal(pattern).c_str(), Normal(path).c_str(), FNM_PATHNAME | FNM_PERIOD) == 0;
}

// Records are chosen by unit or by identifier, so one that the one chooses by unit the other may choose by
// identifier.
bool SameRecords(const JournalOptions& a, const JournalOptions& b) {
  if (a.directory != b.directory) return false;
  const bool by_units = AreDistinct(a.units, b.units) && a.identifiers.empty() && b.identifiers.empty();
  const bool by_identifiers = AreDistinct(a.identifiers, b.identifiers) && a.units.empty() && b.units.empty();
  return !by_units && !by_identifiers;
}

// What they share, in words; empty: nothing.
std::string Shared(const Input& a, const Input& b) {
  if (a.index() != b.index()) return "";
  if (const auto* file = std::get_if<FileInput>(&a)) {
    return SameLog(file->log, std::get<FileInput>(b).log) ? "log" : "";
  }
  if (const auto* journal = std::get_if<JournalInput>(&a)) {
    return SameRecords(journal->journal, std::get<JournalInput>(b).journal) ? "journal" : "";
  }
  if (const auto* syslog = std::get_if<SyslogInput>(&a)) {
    const SyslogAddress& address = syslog->listener.address;
    const bool any_port = !address.is_unix() && address.port == 0;
    return address == std::get<SyslogInput>(b).listener.address && !any_port ? "listener" : "";
  }
  return "standard input";
}

// Sources that share a listener must agree on it.
bool ListenOtherwise(const Input& a, const Input& b) {
  const auto* syslog = std::get_if<SyslogInput>(&a);
  return syslog != nullptr && *syslog != std::get<SyslogInput>(b);
}

// Listeners on two addresses, of which the one leaves no room for the other.
bool CheckAddresses(const PlacedSource& a, const PlacedSource& b) {
  const auto* const one = std::get_if<SyslogInput>(&a.source.input);
  const auto* const other = std::get_if<SyslogInput>(&b.source.input);
  if (one == nullptr || other == nullptr) return true;
  const SyslogAddress &first = one->listener.address, &second = other->listener.address;
  if (first == second || !AreInEachOthersWay(first, second)) return true;
  b.input.Reject(fmt::format(
      "the listener of line {} is in the way: {} and {} cannot both listen; name each address once",
      a.input.line(), first.text(), second.text()));
  return false;
}

void CheckPair(const PlacedSource& a, const PlacedSource& b) {
  if (!a.has_input || !b.has_input) return;
  if (!CheckAddresses(a, b)) return;
  const std::string shared = Shared(a.source.input, b.source.input);
  if (shared.empty()) return;
  if (ListenOtherwise(a.source.input, b.source.input))
    b.input.Reject(fmt::format("differs from the listener of line {} on the same address: write both alike",
                               a.input.line()));
  if (ChooseDifferentLines(a.source, b.source)) return;
  b.input.Reject(
      fmt::format("the {} of line {} again: its lines would count twice; two sources share one only where "
                  "each has its own "
                  "syslog_names or hosts",
                  shared, a.input.line()));
}

std::string DefaultName(const SourceConfig& source, const Words& taken) {
  if (const auto* file = std::get_if<FileInput>(&source.input)) return UniqueSourceName(file->log, taken);
  if (std::holds_alternative<JournalInput>(source.input)) return UniqueSourceName("journal", taken);
  if (std::holds_alternative<SyslogInput>(source.input)) return UniqueSourceName("syslog", taken);
  return UniqueSourceName("stdin", taken);
}

}  // namespace

void CheckTogether(std::vector<PlacedSource>& sources) {
  Words names;
  for (const PlacedSource& placed : sources) {
    if (placed.source.name.empty()) continue;
    if (std::find(names.begin(), names.end(), placed.source.name) != names.end())
      placed.name.Reject(fmt::format("another source has the name \"{}\"", placed.source.name));
    names.push_back(placed.source.name);
  }
  for (PlacedSource& placed : sources) {
    if (!placed.source.name.empty()) continue;
    placed.source.name = DefaultName(placed.source, names);
    names.push_back(placed.source.name);
  }
  for (size_t i = 0; i < sources.size(); ++i) {
    for (size_t k = 0; k < i; ++k) CheckPair(sources[k], sources[i]);
  }
}

}  // namespace mta
