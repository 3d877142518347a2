#include "exporter/app/serve/sandbox.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <memory>

namespace mta {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kReadFiles = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr uint64_t kVersion1 = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;  // all rights of the first version
constexpr uint64_t kRefer = uint64_t{1} << 13;                          // since 2
constexpr uint64_t kTruncate = uint64_t{1} << 14;                       // since 3
constexpr uint64_t kOfFiles =
    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE | kTruncate;

// What the libraries and the metrics about the process read while they run.
const std::vector<std::string> kAlwaysRead = {"/proc/self", "/etc/localtime", "/usr/share/zoneinfo"};

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  const int fd_;
};

uint64_t RightsOf(long abi) {
  return kVersion1 | (abi >= 2 ? kRefer : 0) | (abi >= 3 ? kTruncate : 0);
}

// Links resolved as far as the path exists.
std::string Resolved(const std::string& path) {
  std::error_code error;
  const fs::path resolved = fs::weakly_canonical(path, error);
  return error ? path : resolved.string();
}

// The path, or what there is of it: a log may come later, and its directory, too.  Never all there is.
std::string Existing(std::string path) {
  while (access(path.c_str(), F_OK) != 0 && path.size() > 1) path = fs::path(path).parent_path();
  return path == "/" ? "" : path;
}

// What of each path can be allowed is one of the roots or below one of them.
bool AllBelow(const std::vector<std::string>& paths, const std::vector<std::string>& roots) {
  return std::ranges::all_of(paths, [&](const std::string& path) {
    const std::string existing = Existing(Resolved(path));
    return existing.empty() || std::ranges::any_of(roots, [&](const std::string& root) {
             return existing == root || existing.starts_with(root + "/");
           });
  });
}

bool Allow(int ruleset, const std::string& path, uint64_t rights) {
  const Descriptor at(open(path.c_str(), O_PATH | O_CLOEXEC));
  struct stat status {};
  if (at.get() < 0 || fstat(at.get(), &status) != 0) return false;
  landlock_path_beneath_attr rule{};
  rule.allowed_access = S_ISDIR(status.st_mode) ? rights : rights & kOfFiles;
  rule.parent_fd = at.get();
  return syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
}

// "" where it is in force, else why not.
std::string LimitFiles(const SandboxPaths& paths) {
  const long abi = syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (abi < 1) return "this kernel has no Landlock";
  landlock_ruleset_attr handled{};
  handled.handled_access_fs = RightsOf(abi);
  const Descriptor ruleset(
      static_cast<int>(syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0)));
  if (ruleset.get() < 0) return std::strerror(errno);
  for (const std::string& path : paths.read) Allow(ruleset.get(), path, kReadFiles);
  for (const std::string& path : paths.write)
    Allow(ruleset.get(), path, handled.handled_access_fs & ~uint64_t{LANDLOCK_ACCESS_FS_EXECUTE});
  if (syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0) return std::strerror(errno);
  return {};
}

// Of what a program can do to others or to the machine, all that this one never does.
constexpr const char* kRefused[] = {"execve",
                                    "execveat",
                                    "ptrace",
                                    "process_vm_readv",
                                    "process_vm_writev",
                                    "kcmp",
                                    "mount",
                                    "umount2",
                                    "pivot_root",
                                    "chroot",
                                    "move_mount",
                                    "open_tree",
                                    "fsopen",
                                    "fsmount",
                                    "setns",
                                    "unshare",
                                    "bpf",
                                    "perf_event_open",
                                    "init_module",
                                    "finit_module",
                                    "delete_module",
                                    "kexec_load",
                                    "kexec_file_load",
                                    "reboot",
                                    "swapon",
                                    "swapoff",
                                    "add_key",
                                    "keyctl",
                                    "request_key",
                                    "userfaultfd",
                                    "io_uring_setup",
                                    "open_by_handle_at",
                                    "personality",
                                    "quotactl",
                                    "acct",
                                    "settimeofday",
                                    "clock_settime",
                                    "adjtimex",
                                    "clock_adjtime",
                                    "sethostname",
                                    "setdomainname",
                                    "ioperm",
                                    "iopl",
                                    "setuid",
                                    "setgid",
                                    "setreuid",
                                    "setregid",
                                    "setresuid",
                                    "setresgid",
                                    "setgroups",
                                    "capset",
                                    "mknod",
                                    "mknodat",
                                    "pidfd_getfd"};

// A sanitized build traces itself at its end, to find leaks.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool kLooksForLeaks = true;
#elif defined(__has_feature)
constexpr bool kLooksForLeaks = __has_feature(address_sanitizer);
#else
constexpr bool kLooksForLeaks = false;
#endif

std::string RefuseCalls() {
  const std::unique_ptr<void, void (*)(void*)> filter(seccomp_init(SCMP_ACT_ALLOW), seccomp_release);
  if (!filter) return "no filter can be made";
  for (const char* name : kRefused) {
    const int number = seccomp_syscall_resolve_name(name);
    if (kLooksForLeaks && std::string_view(name) == "ptrace") continue;
    if (number < 0) continue;  // this machine has no such call
    seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EPERM), number, 0);
  }
  const int failed = seccomp_load(filter.get());
  return failed == 0 ? "" : std::strerror(-failed);
}

}  // namespace

std::vector<std::string> DirectoriesOf(const std::string& path) {
  const fs::path whole = fs::absolute(path.substr(0, path.find_first_of("*?[")));
  struct stat status {};
  const bool is_directory = stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
  const std::string directory = is_directory ? whole : whole.parent_path();
  const std::string target = Resolved(path);  // of a link to somewhere else
  const std::string elsewhere = is_directory ? target : fs::path(target).parent_path().string();
  if (elsewhere == Resolved(directory)) return {directory};
  return {directory, elsewhere};
}

Sandbox Sandbox::Enter(const SandboxPaths& paths, Logger& logger) {
  SandboxPaths existing;
  const auto keep = [](const std::vector<std::string>& from, std::vector<std::string>& to) {
    for (const std::string& path : from) {
      const std::string resolved = Existing(Resolved(path));
      if (!resolved.empty() && std::ranges::count(to, resolved) == 0) to.push_back(resolved);
    }
  };
  keep(paths.read, existing.read);
  keep(paths.write, existing.write);
  const std::string read = fmt::format("{}", fmt::join(existing.read, " "));
  keep(kAlwaysRead, existing.read);

  const bool no_new_privileges = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
  const std::string files = no_new_privileges ? LimitFiles(existing) : "no_new_privs is refused";
  const std::string calls = RefuseCalls();
  logger.Info("sandbox", {{"no_new_privs", no_new_privileges ? "on" : "off"},
                          {"landlock", files.empty() ? "on" : "off: " + files},
                          {"seccomp", calls.empty() ? "on" : "off: " + calls},
                          {"read", read},
                          {"write", fmt::format("{}", fmt::join(existing.write, " "))}});
  std::vector<std::string> readable = std::move(existing.read);
  readable.insert(readable.end(), existing.write.begin(), existing.write.end());
  return Sandbox(std::move(readable), std::move(existing.write), files.empty());
}

bool Sandbox::Covers(const SandboxPaths& paths) const {
  return !limits_files_ || (AllBelow(paths.read, readable_) && AllBelow(paths.write, writable_));
}

}  // namespace mta
