#include "exporter/base/env.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <limits.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <system_error>

namespace mta {
namespace {

constexpr mode_t kDirectoryMode = 0750;
constexpr mode_t kFileMode = 0640;

constexpr int64_t kNsPerSecond = 1'000'000'000;

tl::unexpected<Error> FailWith(std::string_view doing, const std::string& path, int code) {
  return Fail(fmt::format("cannot {} {}: {}", doing, path, std::generic_category().message(code)), code);
}

template <typename Call>
auto Retry(Call call) {
  auto result = call();
  while (result == -1 && errno == EINTR) result = call();
  return result;
}

int64_t Nanoseconds(const timespec& time) {
  return int64_t{time.tv_sec} * kNsPerSecond + time.tv_nsec;
}

FileStatus ToStatus(const struct stat& from) {
  FileStatus status;
  if (S_ISREG(from.st_mode)) status.kind = FileKind::kRegular;
  if (S_ISDIR(from.st_mode)) status.kind = FileKind::kDirectory;
  status.device = from.st_dev;
  status.inode = from.st_ino;
  status.size_bytes = from.st_size > 0 ? static_cast<uint64_t>(from.st_size) : 0;
  status.links = from.st_nlink;
  status.mtime_ns = Nanoseconds(from.st_mtim);
  status.permissions = from.st_mode & 07777;
  return status;
}

std::optional<FileKind> ToKind(unsigned char type) {
  switch (type) {
    case DT_REG:
      return FileKind::kRegular;
    case DT_DIR:
      return FileKind::kDirectory;
    case DT_UNKNOWN:
    case DT_LNK:
      return std::nullopt;
    default:
      return FileKind::kOther;
  }
}

class PosixFile final : public File {
 public:
  PosixFile(std::string path, int fd, bool owned) : path_(std::move(path)), fd_(fd), owned_(owned) {}
  ~PosixFile() override {
    if (owned_) ::close(fd_);
  }
  PosixFile(const PosixFile&) = delete;
  PosixFile& operator=(const PosixFile&) = delete;

  Result<size_t> Read(char* buffer, size_t size) override {
    return Counted(Retry([&] { return ::read(fd_, buffer, size); }));
  }
  Result<size_t> ReadAt(uint64_t offset, char* buffer, size_t size) override {
    return Counted(Retry([&] { return ::pread(fd_, buffer, size, static_cast<off_t>(offset)); }));
  }
  Result<FileStatus> Status() override {
    struct stat found {};
    if (::fstat(fd_, &found) != 0) return FailWith("look at", path_, errno);
    return ToStatus(found);
  }

 private:
  Result<size_t> Counted(ssize_t count) {
    if (count < 0) return FailWith("read", path_, errno);
    return static_cast<size_t>(count);
  }

  const std::string path_;
  const int fd_;
  const bool owned_;
};

class PosixNewFile final : public NewFile {
 public:
  PosixNewFile(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}
  ~PosixNewFile() override { ::close(fd_); }
  PosixNewFile(const PosixNewFile&) = delete;
  PosixNewFile& operator=(const PosixNewFile&) = delete;

  Result<size_t> Write(std::string_view bytes) override {
    const ssize_t count = Retry([&] { return ::write(fd_, bytes.data(), bytes.size()); });
    if (count < 0) return FailWith("write", path_, errno);
    if (count == 0) return FailWith("write", path_, EIO);
    return static_cast<size_t>(count);
  }
  Outcome Sync() override {
    if (Retry([&] { return ::fdatasync(fd_); }) != 0) return FailWith("write", path_, errno);
    return {};
  }

 private:
  const std::string path_;
  const int fd_;
};

class PosixLock final : public FileLock {
 public:
  explicit PosixLock(int fd) : fd_(fd) {}
  ~PosixLock() override { ::close(fd_); }
  PosixLock(const PosixLock&) = delete;
  PosixLock& operator=(const PosixLock&) = delete;

 private:
  const int fd_;
};

class PosixEnv final : public Env {
 public:
  Result<std::unique_ptr<File>> Open(const std::string& path) override { return OpenWith(path, 0); }

  Result<std::unique_ptr<File>> OpenRegular(const std::string& path) override {
    auto file = OpenWith(path, O_NONBLOCK);
    if (!file) return file;
    const auto status = (*file)->Status();
    if (!status) return tl::unexpected(status.error());
    if (status->kind == FileKind::kDirectory) return FailWith("read", path, EISDIR);
    if (status->kind != FileKind::kRegular)
      return Fail(fmt::format("{} is not a regular file", path), EINVAL);
    return file;
  }

  Result<std::unique_ptr<File>> OpenStandardInput() override {
    return std::make_unique<PosixFile>("standard input", STDIN_FILENO, false);
  }

  Result<FileStatus> Status(const std::string& path) override {
    struct stat found {};
    if (::stat(path.c_str(), &found) != 0) return FailWith("look at", path, errno);
    return ToStatus(found);
  }

  Result<std::vector<std::string>> List(const std::string& directory) override {
    std::vector<std::string> names;
    const Outcome listed = ForEachEntry(directory, [&](std::string_view name, std::optional<FileKind>) {
      names.emplace_back(name);
      return true;
    });
    if (!listed) return tl::unexpected(listed.error());
    return names;
  }

  Outcome ForEachEntry(const std::string& directory, const EntryVisitor& visit) override {
    const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(directory.c_str()), ::closedir);
    if (!open) return FailWith("list", directory, errno);
    for (;;) {
      errno = 0;
      const dirent* const entry = ::readdir(open.get());
      if (entry == nullptr) break;
      const std::string_view name = entry->d_name;
      if (name != "." && name != ".." && !visit(name, ToKind(entry->d_type))) return {};
    }
    if (errno != 0) return FailWith("list", directory, errno);
    return {};
  }

  Result<std::string> ReadLink(const std::string& path) override {
    std::string target(PATH_MAX, '\0');
    const ssize_t size = ::readlink(path.c_str(), target.data(), target.size());
    if (size < 0) return FailWith("read the link", path, errno);
    target.resize(static_cast<size_t>(size));
    return target;
  }

  Outcome MakeDirectory(const std::string& path) override {
    if (::mkdir(path.c_str(), kDirectoryMode) == 0) return {};
    const int code = errno;
    struct stat found {};
    if (code == EEXIST && ::stat(path.c_str(), &found) == 0 && S_ISDIR(found.st_mode)) return {};
    return FailWith("make the directory", path, code == EEXIST ? ENOTDIR : code);
  }

  Result<std::unique_ptr<NewFile>> Create(const std::string& path) override {
    const int fd = OpenFile(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW);
    if (fd < 0) return FailWith("write", path, errno);
    return std::make_unique<PosixNewFile>(path, fd);
  }

  Outcome Rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0) return FailWith("rename to", to, errno);
    return {};
  }

  Outcome SyncDirectory(const std::string& path) override {
    const int fd = OpenFile(path, O_RDONLY | O_DIRECTORY);
    if (fd < 0) return FailWith("open", path, errno);
    const int result = Retry([&] { return ::fsync(fd); });
    const int code = errno;
    ::close(fd);
    if (result != 0) return FailWith("write", path, code);
    return {};
  }

  Result<std::unique_ptr<FileLock>> Lock(const std::string& path) override {
    const int fd = OpenFile(path, O_RDWR | O_CREAT | O_NOFOLLOW);
    if (fd < 0) return FailWith("write", path, errno);
    auto lock = std::make_unique<PosixLock>(fd);
    if (Retry([&] { return ::flock(fd, LOCK_EX | LOCK_NB); }) != 0) return FailWith("lock", path, errno);
    return lock;
  }

  int64_t NowNs() override { return Clock(CLOCK_REALTIME); }
  int64_t MonotonicNs() override { return Clock(CLOCK_MONOTONIC); }
  int64_t ThreadCpuNs() override { return Clock(CLOCK_THREAD_CPUTIME_ID); }

 private:
  static int OpenFile(const std::string& path, int flags) {
    return Retry([&] { return ::open(path.c_str(), O_CLOEXEC | O_NOCTTY | flags, kFileMode); });
  }

  static Result<std::unique_ptr<File>> OpenWith(const std::string& path, int flags) {
    const int fd = OpenFile(path, O_RDONLY | flags);
    if (fd < 0) return FailWith("open", path, errno);
    return std::make_unique<PosixFile>(path, fd, true);
  }

  static int64_t Clock(clockid_t id) {
    timespec now{};
    ::clock_gettime(id, &now);
    return Nanoseconds(now);
  }
};

}  // namespace

Outcome Env::ForEachEntry(const std::string& directory, const EntryVisitor& visit) {
  const auto names = List(directory);
  if (!names) return tl::unexpected(names.error());
  for (const std::string& name : *names) {
    if (!visit(name, std::nullopt)) break;
  }
  return {};
}

Env& Env::Posix() {
  static PosixEnv env;
  return env;
}

}  // namespace mta
