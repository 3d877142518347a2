#include "exporter/queue/walk.h"

#include <cerrno>
#include <vector>

#include "exporter/base/access.h"

namespace mta {
namespace {

bool IsGone(const Error& error) {
  return error.system_code == ENOENT || error.system_code == ENOTDIR;
}

FileKind KindOf(Env& env, const std::string& path, std::optional<FileKind> told) {
  if (told) return *told;
  const auto status = env.Status(path);
  return status ? status->kind : FileKind::kOther;  // gone
}

}  // namespace

Outcome WalkQueue(Env& env, const std::string& directory, const WalkOptions& options,
                  const ScanLimits& limits, const std::function<void(const WalkedFile&)>& visit) {
  std::vector<std::string> below;
  std::string path = directory + "/";
  const size_t base = path.size();
  bool in_time = true;
  const Outcome listed =
      env.ForEachEntry(directory, [&](std::string_view name, std::optional<FileKind> told) {
        in_time = !limits.Exceeded();
        if (!in_time) return false;
        path.resize(base);
        path.append(name);
        const FileKind kind = KindOf(env, path, told);
        if (kind == FileKind::kRegular) visit({path, std::string_view(path).substr(base)});
        if (kind == FileKind::kDirectory && options.depth > 0 && options.enters(name)) below.push_back(path);
        return true;
      });
  if (!listed) return tl::unexpected(Explained(directory, listed.error()));
  if (!in_time) return Fail(directory + ": there was no time to read all of it", ETIME);
  WalkOptions deeper = options;
  --deeper.depth;
  for (const std::string& subdirectory : below) {
    const Outcome walked = WalkQueue(env, subdirectory, deeper, limits, visit);
    if (!walked && !IsGone(walked.error())) return walked;
  }
  return {};
}

Error Explained(const std::string& path, const Error& error) {
  const bool denied = error.system_code == EACCES || error.system_code == EPERM;
  return {denied ? ExplainUnreadable(path, error.system_code) : error.message, error.system_code};
}

}  // namespace mta
