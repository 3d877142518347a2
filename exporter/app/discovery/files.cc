#include "exporter/app/discovery/files.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <limits>

namespace mta {
namespace {

constexpr size_t kMaxFileBytes = 1 << 20;
constexpr size_t kMaxMatches = 512;

// What can be read of it: half a configuration says more than none.
std::string ReadUpTo(ByteSource& source, size_t limit) {
  std::string text(limit, '\0');
  size_t have = 0;
  while (have < limit) {
    const auto n = source.Read(text.data() + have, limit - have);
    if (!n || *n == 0) break;
    have += *n;
  }
  text.resize(have);
  return text;
}

bool IsRefusal(int error) {
  return error == EACCES || error == EPERM;
}

}  // namespace

std::optional<std::string> DiscoveryFiles::Read(const std::string& path) {
  const auto file = env_.OpenRegular(Rooted(path));
  if (!file) {
    const int error = file.error().system_code;
    if (IsRefusal(error)) refused_.emplace_back(Rooted(path), error);
    return std::nullopt;
  }
  const auto status = (*file)->Status();
  if (!status) return std::nullopt;
  return ReadUpTo(**file, std::min<size_t>(status->size_bytes, kMaxFileBytes));
}

bool DiscoveryFiles::IsHidden(const std::string& path) const {
  const auto status = Status(path);
  return !status && IsRefusal(status.error().system_code);
}

bool DiscoveryFiles::IsDirectory(const std::string& path) const {
  const auto status = Status(path);
  return status && status->kind == FileKind::kDirectory;
}

int64_t DiscoveryFiles::ModifiedNs(const std::string& path) const {
  const auto status = Status(path);
  return status ? status->mtime_ns : std::numeric_limits<int64_t>::min();
}

std::string DiscoveryFiles::Identity(const std::string& path) const {
  if (const auto status = Status(path)) return fmt::format("{}:{}", status->device, status->inode);
  return std::filesystem::path(path).lexically_normal().string();
}

std::vector<std::string> DiscoveryFiles::Glob(const std::string& pattern) const {
  const size_t slash = pattern.rfind('/');
  if (slash == std::string::npos) return {};
  const std::string directory = pattern.substr(0, slash);
  const std::string last = pattern.substr(slash + 1);
  if (last.find_first_of("*?[") == std::string::npos) return {pattern};
  auto names = env_.List(Rooted(directory + "/"));
  if (!names) return {};
  std::erase_if(
      *names, [&](const std::string& name) { return fnmatch(last.c_str(), name.c_str(), FNM_PERIOD) != 0; });
  std::sort(names->begin(), names->end());
  names->resize(std::min(names->size(), kMaxMatches));
  for (std::string& name : *names) name.insert(0, directory + "/");
  return std::move(*names);
}

int DiscoveryFiles::Probe(const std::string& path) const {
  if (IsDirectory(path)) {
    const auto names = env_.List(Rooted(path));
    return names ? 0 : names.error().system_code;
  }
  const auto file = env_.OpenRegular(Rooted(path));
  return file ? 0 : file.error().system_code;
}

}  // namespace mta
