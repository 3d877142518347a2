#include "exporter/app/backfill/past_sources.h"

#include <fnmatch.h>

#include <algorithm>
#include <filesystem>
#include <numeric>

#include "exporter/app/config/log_source_options.h"
#include "exporter/app/discovery/discovery.h"

namespace mta {
namespace {

std::string Absolute(const std::string& path) {
  std::error_code unknown;  // there is no working directory: then the path stays as it is
  std::string absolute = std::filesystem::absolute(path, unknown).lexically_normal();
  if (absolute.size() > 1 && absolute.ends_with('/')) absolute.pop_back();
  return absolute;
}

bool Follows(const SourceConfig& source, const std::string& log) {
  const auto* file = std::get_if<FileInput>(&source.input);
  if (file == nullptr) return false;
  const std::string followed = Absolute(file->log);
  return followed == log || fnmatch(followed.c_str(), log.c_str(), FNM_PATHNAME) == 0;
}

SourceConfig Named(const Config& config, const std::string& name) {
  const auto known = std::ranges::find(config.sources, name, &SourceConfig::name);
  if (known != config.sources.end()) return *known;
  SourceConfig unknown;
  unknown.name = name;
  return unknown;
}

}  // namespace

std::vector<PastSource> PastSourcesOf(const LogFiles& files, const Config& config, const std::string& name,
                                      const std::string& mta) {
  std::vector<PastSource> sources;
  std::vector<std::string> taken;
  for (const SourceConfig& source : config.sources) taken.push_back(source.name);
  const auto add = [&](const SourceConfig& source) -> PastSource& {
    const auto known =
        std::ranges::find(sources, source.name, [](const PastSource& s) { return s.options.name; });
    if (known != sources.end()) return *known;
    sources.push_back({OptionsOf(source, config), {}});
    if (!mta.empty()) sources.back().options.mta = mta;
    return sources.back();
  };
  if (!name.empty()) {
    std::vector<size_t>& logs = add(Named(config, name)).logs;
    logs.resize(files.logs().size());
    std::iota(logs.begin(), logs.end(), size_t{0});
    return sources;
  }
  for (size_t log = 0; log < files.logs().size(); ++log) {
    const std::string& path = files.logs()[log].path;
    bool followed = false;
    for (const SourceConfig& source : config.sources) {
      if (!Follows(source, Absolute(path))) continue;
      add(source).logs.push_back(log);
      followed = true;
    }
    if (followed) continue;
    taken.push_back(UniqueSourceName(path, taken));
    add(Named(config, taken.back())).logs.push_back(log);
  }
  return sources;
}

uint64_t SizeBytes(const LogFiles& files, const std::vector<PastSource>& sources) {
  uint64_t bytes = 0;
  for (const PastSource& source : sources) {
    for (const LogFile& file : files.files()) {
      if (std::ranges::find(source.logs, file.log) != source.logs.end()) bytes += file.file.size_bytes;
    }
  }
  return bytes;
}

}  // namespace mta
