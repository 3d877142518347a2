#include "exporter/tail/directory_names.h"

#include <algorithm>
#include <cerrno>
#include <set>
#include <tuple>

#include "exporter/tail/multilog.h"
#include "exporter/tail/rotated_name.h"

namespace mta {
namespace {

constexpr int kMaxLinks = 8;

struct Rotated {
  RotatedName name;
  std::string path;
};

bool IsNoEntry(const Error& error) {
  return error.system_code == ENOENT || error.system_code == ENOTDIR;
}

std::string Join(std::string_view directory, std::string_view name) {
  std::string path(directory);
  if (!path.ends_with('/')) path += '/';
  return path.append(name);
}

Result<std::vector<std::string>> ListIfThere(Env& env, std::string_view directory) {
  auto names = env.List(std::string(directory));
  if (!names && IsNoEntry(names.error())) return std::vector<std::string>{};
  return names;
}

// What the symbolic link `path` leads to; `path` itself where it is none.
std::string TargetOf(Env& env, std::string path) {
  for (int links = 0; links < kMaxLinks; ++links) {
    const auto target = env.ReadLink(path);
    if (!target) break;
    path = target->starts_with('/') ? *target : Join(DirectoryOf(path), *target);
  }
  return path;
}

// The rotated names of `base` beside `path`.
Outcome AddRotated(Env& env, std::string_view path, const std::string& base, std::vector<Rotated>& rotated) {
  const auto names = ListIfThere(env, DirectoryOf(path));
  if (!names) return tl::unexpected(names.error());
  for (const std::string& name : *names) {
    auto parsed = ParseRotatedName(name);
    std::string found = path.find('/') == path.npos ? name : Join(DirectoryOf(path), name);
    if (parsed && parsed->base == base && found != path) rotated.push_back({*parsed, std::move(found)});
  }
  return {};
}

// Where a log changed from one scheme to the other, the scheme with the younger file is the younger one.
std::vector<LogName> InOrder(Env& env, std::vector<Rotated> rotated) {
  const auto key = [](const Rotated& r) { return std::tie(r.name.scheme, r.name.order, r.path); };
  std::sort(rotated.begin(), rotated.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
  std::vector<LogName> numbered;
  std::vector<LogName> dated;
  int64_t newest[2] = {};
  for (Rotated& r : rotated) {
    const bool is_dated = r.name.scheme == RotatedName::Scheme::kDate;
    LogName name{std::move(r.path), false, Fail("")};
    name.status = env.Status(name.path);
    if (name.status) newest[is_dated] = std::max(newest[is_dated], name.status->mtime_ns);
    (is_dated ? dated : numbered).push_back(std::move(name));
  }
  auto& older = newest[0] > newest[1] ? dated : numbered;
  auto& younger = newest[0] > newest[1] ? numbered : dated;
  std::move(younger.begin(), younger.end(), std::back_inserter(older));
  return std::move(older);
}

Result<std::vector<LogName>> ListSiblings(Env& env, const std::string& path) {
  std::vector<Rotated> rotated;
  if (auto added = AddRotated(env, path, std::string(FileNameOf(path)), rotated); !added) {
    return tl::unexpected(added.error());
  }
  const std::string target = TargetOf(env, path);
  if (target != path) {
    // A link to mail-20261122.log leads from day to day through the rotated names of mail.log.
    const std::string name(FileNameOf(target));
    const auto parsed = ParseRotatedName(name);
    if (auto added = AddRotated(env, target, parsed ? parsed->base : name, rotated); !added) {
      return tl::unexpected(added.error());
    }
  }
  return InOrder(env, std::move(rotated));
}

Result<std::vector<LogName>> ListMultilog(Env& env, const std::string& current) {
  auto names = ListIfThere(env, DirectoryOf(current));
  if (!names) return tl::unexpected(names.error());
  std::vector<LogName> found;
  for (const std::string& name : MultilogFiles(std::move(*names))) {
    if (name == kMultilogCurrent) continue;
    std::string path = Join(DirectoryOf(current), name);
    Result<FileStatus> status = env.Status(path);
    found.push_back({std::move(path), false, std::move(status)});
  }
  return found;
}

// Of several names of one file the youngest stays.
void DropDoubles(std::vector<LogName>& names) {
  std::set<std::pair<uint64_t, uint64_t>> files;
  std::set<std::string, std::less<>> paths;
  std::vector<LogName> kept;
  for (auto name = names.rbegin(); name != names.rend(); ++name) {
    const bool no_entry = !name->status && IsNoEntry(name->status.error());
    const bool is_file = !name->status || name->status->kind == FileKind::kRegular || name->live;
    if (no_entry || !is_file) continue;
    if (name->status && !files.emplace(name->status->device, name->status->inode).second) continue;
    if (paths.insert(name->path).second) kept.push_back(std::move(*name));
  }
  std::erase_if(kept, [&](const LogName& name) {
    const std::string_view original = WithoutCompressionSuffix(name.path);
    return original != name.path && paths.contains(original);
  });
  names.assign(std::move_iterator(kept.rbegin()), std::move_iterator(kept.rend()));
}

}  // namespace

bool LogName::operator==(const LogName& other) const {
  if (path != other.path || status.has_value() != other.status.has_value()) return false;
  return !status || (status->device == other.status->device && status->inode == other.status->inode);
}

Result<std::vector<LogName>> ListLogNames(Env& env, const LogPlace& place,
                                          const std::vector<std::string>& more) {
  auto listed = place.multilog ? ListMultilog(env, place.path) : ListSiblings(env, place.path);
  if (!listed) return listed;
  std::vector<LogName> names;
  for (const std::string& path : more) {
    if (path != place.path) names.push_back({path, false, env.Status(path)});
  }
  std::move(listed->begin(), listed->end(), std::back_inserter(names));
  names.push_back({place.path, true, env.Status(place.path)});
  DropDoubles(names);
  return names;
}

std::string_view DirectoryOf(std::string_view path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string_view FileNameOf(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

}  // namespace mta
