#include "exporter/app/config/load_config.h"

#include <fmt/format.h>

#include <algorithm>

#include "exporter/app/config/source_reader.h"
#include "exporter/app/config/values.h"
#include "exporter/app/config/yaml_value.h"

namespace mta {
namespace {

constexpr size_t kLargestFile = 1 << 20;
constexpr size_t kMostSources = 1000;
constexpr size_t kMostBuckets = 50;
constexpr size_t kMostWords = 10'000;
constexpr size_t kMostGroups = 200;

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
  table.Close();
}

void ReadDocuments(const std::vector<YAML::Node>& documents, ConfigErrors& errors, Config& config) {
  if (documents.empty() || documents.front().IsNull()) return;  // nothing but comments
  ReadFile(YamlValue(documents.front(), YAML::Mark(), "", errors), config);
  if (documents.size() > 1)
    YamlValue(documents[1], YAML::Mark(), "", errors).Reject("a second document (`---`): the file is one");
}

// A tab at the beginning of a line looks right and is wrong, and the parser's words do not say so.
bool IsIndentedByTab(const std::string& yaml, const YAML::Mark& mark) {
  const auto at = static_cast<size_t>(std::clamp(mark.pos, 0, static_cast<int>(yaml.size())));
  const size_t end_before = at == 0 ? yaml.npos : yaml.rfind('\n', at - 1);
  const size_t begin = end_before == yaml.npos ? 0 : end_before + 1;
  const size_t text = yaml.find_first_not_of(" \t", begin);
  return yaml.substr(begin, text == yaml.npos ? text : text - begin).find('\t') != yaml.npos;
}

ConfigError NotYaml(const YAML::Exception& error, const std::string& yaml) {
  const YAML::Mark mark = error.mark.is_null() ? YAML::Mark() : error.mark;
  const bool tab = IsIndentedByTab(yaml, mark);
  return {mark.line + 1, mark.column + 1, "",
          fmt::format("not YAML: {}{}", error.msg, tab ? " (indent by blanks: there is a tab)" : "")};
}

Result<std::string> ReadText(Env& env, const std::string& path) {
  const Result<std::unique_ptr<File>> file = env.OpenRegular(path);
  if (!file) return tl::unexpected(file.error());
  std::string text;
  while (true) {
    const size_t before = text.size();
    text.resize(before + (64 << 10));
    const Result<size_t> got = (*file)->Read(text.data() + before, text.size() - before);
    if (!got) return tl::unexpected(got.error());
    text.resize(before + *got);
    if (*got == 0) return text;
    if (text.size() > kLargestFile) return Fail(path + ": larger than 1 MiB, this is no configuration file");
  }
}

}  // namespace

LoadedConfig ParseConfig(const std::string& yaml) {
  LoadedConfig loaded;
  ConfigErrors errors;
  try {
    ReadDocuments(YAML::LoadAll(yaml), errors, loaded.config);
  } catch (const YAML::Exception& error) {
    errors.Add(NotYaml(error, yaml));
  }
  loaded.errors = errors.Take();
  return loaded;
}

Result<Config> LoadConfig(Env& env, const std::string& path) {
  const Result<std::string> text = ReadText(env, path);
  if (!text) return tl::unexpected(text.error());
  LoadedConfig loaded = ParseConfig(*text);
  if (loaded.errors.empty()) return std::move(loaded.config);
  std::string message;
  for (const ConfigError& error : loaded.errors) message += (message.empty() ? "" : "\n") + error.Text(path);
  return Fail(message);
}

}  // namespace mta
