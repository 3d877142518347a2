#include "exporter/base/scratch_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <utility>
#include <vector>

namespace mta {
namespace {

std::string TemporaryDirectory() {
  const char* const named = std::getenv("TMPDIR");
  return named != nullptr && *named != '\0' ? named : "/tmp";
}

tl::unexpected<Error> FailWith(std::string_view doing, int code) {
  return Fail(fmt::format("cannot {} a temporary file in {}: {} (TMPDIR names another directory)", doing,
                          TemporaryDirectory(), std::generic_category().message(code)),
              code);
}

}  // namespace

Result<ScratchFile> ScratchFile::Make() {
  const std::string pattern = TemporaryDirectory() + "/mta_exporter.XXXXXX";
  std::vector<char> name(pattern.begin(), pattern.end());
  name.push_back('\0');
  const int fd = ::mkostemp(name.data(), O_CLOEXEC);
  if (fd < 0) return FailWith("make", errno);
  ::unlink(name.data());
  return ScratchFile(fd);
}

ScratchFile::~ScratchFile() {
  if (fd_ >= 0) ::close(fd_);
}

ScratchFile::ScratchFile(ScratchFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), size_(std::exchange(other.size_, 0)) {}

ScratchFile& ScratchFile::operator=(ScratchFile&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(size_, other.size_);
  return *this;
}

Outcome ScratchFile::Append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(size_));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return FailWith("write", errno);
    size_ += static_cast<uint64_t>(written);
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return {};
}

Result<size_t> ScratchFile::ReadAt(uint64_t offset, char* buffer, size_t size) const {
  for (;;) {
    const ssize_t count = ::pread(fd_, buffer, size, static_cast<off_t>(offset));
    if (count >= 0) return static_cast<size_t>(count);
    if (errno != EINTR) return FailWith("read", errno);
  }
}

std::string ScratchFile::path() const {
  return fmt::format("/proc/self/fd/{}", fd_);
}

}  // namespace mta
