#include "exporter/tail/glob.h"

#include <fnmatch.h>

#include <algorithm>
#include <cerrno>

namespace mta {
namespace {

// Matches the parts of `rest` under `found`, which is empty or ends with a slash.
Outcome Expand(Env& env, const std::string& found, std::string_view rest, std::vector<std::string>& paths) {
  const size_t slash = rest.find('/');
  const std::string part(rest.substr(0, slash));
  const bool last = slash == std::string_view::npos;
  const std::string_view after = last ? std::string_view() : rest.substr(slash + 1);
  if (!IsPattern(part)) {
    if (!last) return Expand(env, found + part + "/", after, paths);
    if (env.Status(found + part)) paths.push_back(found + part);
    return {};
  }
  const auto names = env.List(found.empty()       ? "."
                              : found.size() == 1 ? found
                                                  : found.substr(0, found.size() - 1));
  if (!names) {
    const int code = names.error().system_code;
    if (code == ENOENT || code == ENOTDIR) return {};
    return tl::unexpected(names.error());
  }
  for (const std::string& name : *names) {
    if (::fnmatch(part.c_str(), name.c_str(), FNM_PERIOD) != 0) continue;
    if (last) {
      paths.push_back(found + name);
    } else if (auto expanded = Expand(env, found + name + "/", after, paths); !expanded) {
      return expanded;
    }
  }
  return {};
}

}  // namespace

bool IsPattern(std::string_view path) {
  return path.find_first_of("*?[") != std::string_view::npos;
}

Result<std::vector<std::string>> ExpandPattern(Env& env, const std::string& pattern) {
  std::vector<std::string> paths;
  if (auto expanded = Expand(env, "", pattern, paths); !expanded) return tl::unexpected(expanded.error());
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace mta
