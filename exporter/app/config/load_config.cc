#include "exporter/app/config/load_config.h"

#include <fmt/format.h>

#include <algorithm>

#include "exporter/app/config/source_reader.h"
#include "exporter/app/config/values.h"
#include "exporter/app/config/yaml_file.h"
#include "exporter/app/config/yaml_value.h"

namespace mta {
namespace {

constexpr size_t kMostSources = 1000;
constexpr size_t kMostBuckets = 50;
constexpr size_t kMostWords = 10'000;
constexpr size_t kMostGroups = 200;
constexpr size_t kMostAddresses = 100;

Result<uint64_t> ParseLimit(std::string_view text) {
  Result<uint64_t> limit = ParseCount(text);
  if (limit && *limit > 10'000) return Fail("must be at most 10000: each is some thirty series");
  return limit;
}

Result<uint64_t> ParseMessages(std::string_view text) {
  Result<uint64_t> count = ParseCount(text);
  if (count && (*count < 100 || *count > 10'000'000)) return Fail("must be from 100 to 10000000");
  return count;
}

Result<int64_t> ParseAge(std::string_view text) {
  constexpr int64_t kHourNs = 3'600'000'000'000;
  Result<int64_t> age = ParseDurationNs(text);
  if (age && (*age < kHourNs || *age > 366 * 24 * kHourNs)) return Fail("must be from 1h to 366d");
  return age;
}

Result<int64_t> ParseInterval(std::string_view text) {
  Result<int64_t> interval = ParseDurationNs(text);
  if (interval && (*interval < 100'000'000 || *interval > 60'000'000'000))
    return Fail("must be from 100ms to 1m");
  return interval;
}

void ReadBuckets(const YamlValue& value, std::vector<double>& buckets) {
  std::vector<double> read;
  for (const YamlValue& item : value.ReadList(kMostBuckets)) {
    double bound = 0;
    if (!item.Read(bound, ParseNumber)) continue;
    if (bound <= 0) item.Reject("must be greater than 0: seconds");
    if (!read.empty() && bound <= read.back())
      item.Reject(
          fmt::format("must be greater than the bound before it, {}; +Inf is added by itself", read.back()));
    read.push_back(bound);
  }
  buckets = std::move(read);
}

void ReadGroups(const YamlValue& value, std::vector<DestinationGroup>& groups) {
  const YamlTable table(value);
  std::vector<std::pair<std::string, std::string>> taken;  // pattern, group
  for (const auto& [name, patterns] : table.All()) {
    DestinationGroup group;
    if (const auto label = ParseLabel(name)) {
      group.name = *label;
    } else {
      patterns.Reject("the name of the group " + label.error().message);
    }
    if (name == "other" || name == "local")
      patterns.Reject(
          fmt::format("\"{}\" is what destinations without a series are called: choose another", name));
    patterns.ReadListOf(group.patterns, ParseDomainPattern, kMostWords);
    for (const std::string& pattern : group.patterns) {
      const auto other =
          std::find_if(taken.begin(), taken.end(), [&](const auto& t) { return t.first == pattern; });
      if (other != taken.end())
        patterns.Reject(fmt::format("\"{}\" is in the group {} already", pattern, other->second));
      taken.emplace_back(pattern, name);
    }
    groups.push_back(std::move(group));
  }
  if (groups.size() > kMostGroups) value.Reject(fmt::format("has more than {} groups", kMostGroups));
}

void ReadDestinations(const YamlValue& value, DestinationOptions& destinations) {
  YamlTable table(value);
  table.Read("limit", destinations.limit, ParseLimit);
  if (const auto groups = table.Find("groups")) ReadGroups(*groups, destinations.groups);
  table.Close();
}

void ReadState(const YamlValue& value, StateConfig& state) {
  YamlTable table(value);
  std::string directory;
  if (table.Read("directory", directory, ParseAbsolutePath)) state.directory = directory;
  table.Read("save_interval", state.save_interval_ns, ParseInterval);
  table.Close();
}

void ReadTracking(const YamlValue& value, TrackingConfig& tracking) {
  YamlTable table(value);
  table.Read("max_messages", tracking.max_messages, ParseMessages);
  table.Read("max_age", tracking.max_age_ns, ParseAge);
  table.Close();
}

void ReadWeb(const YamlValue& value, EndpointConfig& web) {
  YamlTable table(value);
  if (const auto addresses = table.Find("listen_addresses");
      addresses && addresses->ReadListOf(web.listen_addresses, ParseWebAddress, kMostAddresses)) {
    if (const Outcome distinct = CheckDistinct(web.listen_addresses); !distinct)
      addresses->Reject(distinct.error().message);
  }
  table.Read("telemetry_path", web.telemetry_path, ParseTelemetryPath);
  table.Close();
}

void ReadSources(const YamlValue& value, std::vector<SourceConfig>& sources) {
  std::vector<PlacedSource> placed;
  for (const YamlValue& entry : value.ReadList(kMostSources)) placed.push_back(ReadSource(entry));
  CheckTogether(placed);
  for (PlacedSource& source : placed) sources.push_back(std::move(source.source));
}

void ReadFile(const YamlValue& root, Config& config) {
  YamlTable table(root);
  if (const auto sources = table.Find("sources")) ReadSources(*sources, config.sources);
  if (const auto relays = table.Find("internal_relays"))
    relays->ReadListOf(config.internal_relays, ParseRelay, kMostWords, true);
  if (const auto tags = table.Find("sendmail_tags"))
    tags->ReadListOf(config.sendmail_tags, ParseText, kMostWords);
  if (const auto state = table.Find("state")) ReadState(*state, config.state);
  if (const auto buckets = table.Find("delay_buckets")) ReadBuckets(*buckets, config.delay_buckets);
  if (const auto destinations = table.Find("destinations"))
    ReadDestinations(*destinations, config.destinations);
  if (const auto tracking = table.Find("tracking")) ReadTracking(*tracking, config.tracking);
  if (const auto web = table.Find("web")) ReadWeb(*web, config.web);
  table.Close();
}

}  // namespace

LoadedConfig ParseConfig(const std::string& yaml) {
  LoadedConfig loaded;
  loaded.errors = ReadYaml(yaml, [&](const YamlValue& root) { ReadFile(root, loaded.config); });
  return loaded;
}

Result<Config> LoadConfig(Env& env, const std::string& path) {
  const Result<std::string> text = ReadConfigText(env, path);
  if (!text) return tl::unexpected(text.error());
  LoadedConfig loaded = ParseConfig(*text);
  if (Outcome good = Judge(path, loaded.errors); !good) return tl::unexpected(good.error());
  return std::move(loaded.config);
}

}  // namespace mta
