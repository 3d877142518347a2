#include "exporter/app/serve/handover.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "exporter/base/ascii.h"
#include "exporter/base/bytes.h"
#include "exporter/base/version.h"

namespace mta {
namespace {

constexpr const char* kVariable = "MTA_EXPORTER_HANDOVER";

std::string Version() {
  return ProgramVersion() + " " + SourceRevision();
}

// Of the file in memory; -1 where nothing was left.
int Descriptor() {
  const char* const text = std::getenv(kVariable);
  const auto fd = ParseUnsigned(text != nullptr ? text : "");
  unsetenv(kVariable);
  return fd && *fd < 1 << 20 ? static_cast<int>(*fd) : -1;
}

// A file in memory that outlives execve().
int NewFile() {
  constexpr unsigned kNeverRun = 8;  // MFD_NOEXEC_SEAL, since Linux 6.3; a system may insist on it
  const int fd = memfd_create("handover", kNeverRun);
  return fd < 0 && errno == EINVAL ? memfd_create("handover", 0) : fd;
}

std::string ReadAll(int fd) {
  std::string all;
  char chunk[64 << 10];
  for (ssize_t got = 0; (got = pread(fd, chunk, sizeof chunk, static_cast<off_t>(all.size()))) > 0;)
    all.append(chunk, static_cast<size_t>(got));
  return all;
}

bool WriteAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = write(fd, bytes.data(), bytes.size());
    if (put <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(put));
  }
  return true;
}

void RemoveFileOf(int socket) {
  sockaddr_un address{};
  socklen_t size = sizeof address;
  if (getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return;
  if (address.sun_family == AF_UNIX && address.sun_path[0] == '/') unlink(address.sun_path);
}

}  // namespace

Handover Handover::Receive() {
  Handover handover;
  const int fd = Descriptor();
  if (fd < 0) return handover;
  const std::string all = ReadAll(fd);
  close(fd);
  ByteReader in(all);
  const bool is_same_version = in.GetBytes() == Version();
  for (auto count = in.Get<uint32_t>(); count > 0 && in.ok(); --count) {
    const std::string name(in.GetBytes());
    Part part;
    for (auto left = in.Get<uint32_t>(); left > 0 && in.ok(); --left) {
      part.descriptors.push_back(in.Get<int32_t>());
      fcntl(part.descriptors.back(), F_SETFD, FD_CLOEXEC);
    }
    part.bytes = in.GetBytes();
    handover.parts_[name] = std::move(part);
  }
  handover.state_ = in.GetBytes();
  if (!is_same_version) handover.Close();
  return handover;
}

std::optional<DecodedSnapshot> Handover::TakeState() {
  if (state_.empty()) return std::nullopt;
  return DecodeSnapshot(std::exchange(state_, {}));
}

std::optional<Handover::Part> Handover::Take(const std::string& name) {
  auto node = parts_.extract(name);
  if (node.empty()) return std::nullopt;
  return std::move(node.mapped());
}

void Handover::Close() {
  for (const auto& [_, part] : parts_) Close(part);
  parts_.clear();
}

void Handover::Close(const Part& part) {
  for (const int fd : part.descriptors) {
    RemoveFileOf(fd);
    close(fd);
  }
}

Result<std::string> Handover::Leave(const Snapshot& state) {
  const int fd = NewFile();
  const std::string bytes = Encode(state);
  const auto parts = std::exchange(parts_, {});  // they stay with their owners
  if (fd < 0 || !WriteAll(fd, bytes)) {
    const int error = errno;
    if (fd >= 0) close(fd);
    return Fail(fmt::format("what came meanwhile cannot be handed over: {}", std::strerror(error)), error);
  }
  for (const auto& [_, part] : parts) {
    for (const int kept : part.descriptors) fcntl(kept, F_SETFD, 0);
  }
  return fmt::format("{}={}", kVariable, fd);
}

std::string Handover::Encode(const Snapshot& state) const {
  ByteWriter out;
  out.PutBytes(Version());
  out.Put(static_cast<uint32_t>(parts_.size()));
  for (const auto& [name, part] : parts_) {
    out.PutBytes(name);
    out.Put(static_cast<uint32_t>(part.descriptors.size()));
    for (const int fd : part.descriptors) out.Put(int32_t{fd});
    out.PutBytes(part.bytes);
  }
  std::string file = EncodeHead(state);
  for (const Section& section : state) file += section.bytes;
  out.PutBytes(file);
  return out.Take();
}

}  // namespace mta
