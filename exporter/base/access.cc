#include "exporter/base/access.h"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

namespace mta {
namespace {

enum class Need : mode_t { kRead = 4, kSearch = 1 };  // the bits of `other`

std::string UserName(uid_t uid) {
  const passwd* const entry = getpwuid(uid);
  return entry != nullptr ? entry->pw_name : fmt::format("uid {}", uid);
}

std::string GroupName(gid_t gid) {
  const group* const entry = getgrgid(gid);
  return entry != nullptr ? entry->gr_name : std::to_string(gid);
}

bool Allows(const struct stat& file, const LogReader& reader, Need need) {
  if (reader.uid == 0) return true;
  const auto bit = static_cast<mode_t>(need);
  if (file.st_uid == reader.uid) return (file.st_mode & (bit << 6)) != 0;
  const bool member =
      std::find(reader.groups.begin(), reader.groups.end(), file.st_gid) != reader.groups.end();
  return (file.st_mode & (member ? bit << 3 : bit)) != 0;
}

// The first part of a path that says no.
struct Refusal {
  std::string path;
  struct stat file = {};
  Need need = Need::kRead;
};

std::optional<Refusal> FirstRefusal(const std::string& path, const LogReader& reader) {
  for (size_t slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    Refusal directory = {.path = path.substr(0, slash), .need = Need::kSearch};
    if (stat(directory.path.c_str(), &directory.file) != 0) return std::nullopt;
    if (!Allows(directory.file, reader, Need::kSearch)) return directory;
  }
  Refusal last = {.path = path};
  if (stat(path.c_str(), &last.file) != 0) return std::nullopt;
  if (!Allows(last.file, reader, Need::kRead)) return last;
  if (S_ISDIR(last.file.st_mode) && !Allows(last.file, reader, Need::kSearch)) {
    last.need = Need::kSearch;
    return last;
  }
  return std::nullopt;
}

bool HasAcl(const std::string& path) {
  return getxattr(path.c_str(), "system.posix_acl_access", nullptr, 0) > 0;
}

// What would let `reader` in; `to_last`: what to say besides of a right that is given by hand.  A group is
// named only where joining it suffices and gives no more than logs.
std::string Remedy(const Refusal& refusal, const LogReader& reader, std::string_view to_last) {
  const bool group_may = (refusal.file.st_mode & (static_cast<mode_t>(refusal.need) << 3)) != 0;
  if (group_may && refusal.file.st_gid != 0 && refusal.file.st_uid != reader.uid) {
    const std::string group = GroupName(refusal.file.st_gid);
    return fmt::format("run as a member of group {}, e.g. usermod -aG {} {}", group, group, reader.user);
  }
  if (S_ISDIR(refusal.file.st_mode))
    return fmt::format("let {} in, e.g. setfacl -m u:{}:rx {}", reader.user, reader.user, refusal.path);
  return fmt::format("no group may read it: setfacl -m u:{}:r {}{}", reader.user, refusal.path, to_last);
}

constexpr std::string_view kLogToLast =
    " until it is rotated; to last, have the syslog daemon or logrotate create it as root:adm 0640, or give "
    "the service CAP_DAC_READ_SEARCH";

std::string ExplainDenied(const std::string& path, const LogReader& reader, std::string_view to_last) {
  const std::optional<Refusal> refusal = FirstRefusal(path, reader);
  if (!refusal)
    return fmt::format(
        "{}: permission denied, though owner, group and mode would let {} read it: look for SELinux or "
        "AppArmor "
        "(ausearch -m avc, journalctl -k) or for a sandbox of the service (ReadOnlyPaths=, "
        "InaccessiblePaths=)",
        path, reader.user);
  const std::string where = refusal->path == path ? "" : " in directory " + refusal->path;
  return fmt::format(
      "{}: permission denied{} ({}:{} {:04o}{}): {}", path, where, UserName(refusal->file.st_uid),
      GroupName(refusal->file.st_gid), static_cast<unsigned>(refusal->file.st_mode & 07777),
      HasAcl(refusal->path) ? ", with an ACL: see getfacl" : "", Remedy(*refusal, reader, to_last));
}

}  // namespace

LogReader LogReader::ThisProcess() {
  LogReader reader = {.user = UserName(geteuid()), .uid = geteuid(), .groups = {getegid()}};
  const int count = getgroups(0, nullptr);
  if (count <= 0) return reader;
  std::vector<gid_t> more(static_cast<size_t>(count));
  const int filled = getgroups(count, more.data());
  if (filled > 0) reader.groups.insert(reader.groups.end(), more.begin(), more.begin() + filled);
  return reader;
}

bool ModeAllowsReading(const std::string& path, const LogReader& reader) {
  struct stat file = {};
  return stat(path.c_str(), &file) == 0 && !FirstRefusal(path, reader);
}

std::string ExplainUnreadable(const std::string& path, int error, const LogReader& reader) {
  switch (error) {
    case EACCES:
    case EPERM:
      return ExplainDenied(path, reader, kLogToLast);
    case ENOENT:
      return path + ": does not exist: check the name, or wait for its first line";
    default:
      return fmt::format("{}: {}", path, std::strerror(error));
  }
}

std::string ExplainUnreadable(const std::string& path, const Error& error) {
  const bool denied = error.system_code == EACCES || error.system_code == EPERM;
  return denied ? ExplainDenied(path, LogReader::ThisProcess(), "") : error.message;
}

}  // namespace mta
