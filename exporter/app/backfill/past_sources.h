// Which sources old logs are the past of: labels and settings as `serve` gives them.
#pragma once

#include <string>
#include <vector>

#include "exporter/app/config/config.h"
#include "exporter/app/source/log_files.h"
#include "exporter/app/source/log_source.h"

namespace mta {

struct PastSource {
  LogSourceOptions options;
  std::vector<size_t> logs;  // indexes into LogFiles::logs()
};

// With `name`, all logs are one source, which has the settings of the configured source of that name.  Else a
// log belongs to each configured source that follows it, and where none does, it is a source of its own, by
// its base name.  `mta` wins over the configuration, unless it is empty.
std::vector<PastSource> PastSourcesOf(const LogFiles& files, const Config& config, const std::string& name,
                                      const std::string& mta);

// Of the files that are read, once for each source.
uint64_t SizeBytes(const LogFiles& files, const std::vector<PastSource>& sources);

}  // namespace mta
