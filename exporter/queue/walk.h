// Walks over the files of a queue, its hashed subdirectories included.  The thread that scans.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "exporter/base/env.h"
#include "exporter/queue/scan_limits.h"

namespace mta {

struct WalkedFile {
  const std::string& path;
  std::string_view name;  // its last part
};

struct WalkOptions {
  int depth = 0;  // of subdirectories that are entered
  // Which of them are entered; all by default.
  std::function<bool(std::string_view name)> enters = [](std::string_view) { return true; };
};

// Calls `visit` for every name that may be a regular file.  What vanishes under way is passed over: messages
// do.  Fails where a directory cannot be listed, or the time is up; the figures are no good then.
Outcome WalkQueue(Env& env, const std::string& directory, const WalkOptions& options,
                  const ScanLimits& limits, const std::function<void(const WalkedFile&)>& visit);

// The same failure, in words that say which group or what else would help where permission is missing.
Error Explained(const std::string& path, const Error& error);

}  // namespace mta
