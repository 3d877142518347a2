#include "exporter/state/state_directory.h"

#include <fmt/format.h>

#include <cerrno>

namespace mta {
namespace {

constexpr std::string_view kSnapshot = "snapshot";
constexpr std::string_view kOld = "snapshot.old";
constexpr std::string_view kLock = "lock";
constexpr std::string_view kInTheMaking = ".tmp";
constexpr size_t kReadBytes = 1 << 20;

}  // namespace

Result<std::unique_ptr<StateDirectory>> StateDirectory::Open(Env& env, std::string path) {
  if (auto made = env.MakeDirectory(path); !made) return tl::unexpected(made.error());
  std::unique_ptr<StateDirectory> directory(new StateDirectory(env, std::move(path)));
  auto lock = env.Lock(directory->File(kLock));
  if (!lock && lock.error().system_code == EWOULDBLOCK) {
    return Fail(fmt::format("{} is in use by another mta_exporter: end that one, or choose another directory",
                            directory->path_),
                EWOULDBLOCK);
  }
  if (!lock) return tl::unexpected(lock.error());
  directory->lock_ = std::move(*lock);
  // That the lock can be had does not say that the directory can be written to.
  const auto probe = env.Create(directory->File(kSnapshot) + std::string(kInTheMaking));
  if (!probe) return tl::unexpected(probe.error());
  return directory;
}

Result<std::optional<DecodedSnapshot>> StateDirectory::Load() {
  const auto bytes = Read(File(kSnapshot));
  if (!bytes) return tl::unexpected(bytes.error());
  if (!*bytes) return std::optional<DecodedSnapshot>();
  return DecodeSnapshot(**bytes);
}

Result<uint64_t> StateDirectory::Save(const Snapshot& snapshot) {
  const std::string head = EncodeHead(snapshot);
  std::vector<std::string_view> pieces = {head};
  uint64_t size = head.size();
  for (const Section& section : snapshot) {
    pieces.push_back(section.bytes);
    size += section.bytes.size();
  }
  if (auto replaced = Replace(File(kSnapshot), pieces); !replaced) return tl::unexpected(replaced.error());
  return size;
}

Outcome StateDirectory::KeepOld() {
  const auto bytes = Read(File(kSnapshot));
  if (bytes) return *bytes ? Replace(File(kOld), {**bytes}) : Outcome();
  if (auto moved = env_.Rename(File(kSnapshot), File(kOld)); !moved) return moved;
  return env_.SyncDirectory(path_);
}

// Nothing where there is no such file.
Result<std::optional<std::string>> StateDirectory::Read(const std::string& path) {
  auto file = env_.OpenRegular(path);
  if (!file && file.error().system_code == ENOENT) return std::optional<std::string>();
  if (!file) return tl::unexpected(file.error());
  std::string bytes;
  for (;;) {
    const size_t before = bytes.size();
    bytes.resize(before + kReadBytes);
    const auto count = (*file)->Read(bytes.data() + before, kReadBytes);
    if (!count) return tl::unexpected(count.error());
    bytes.resize(before + *count);
    if (*count == 0) return std::optional(std::move(bytes));
  }
}

Outcome StateDirectory::Replace(const std::string& path, const std::vector<std::string_view>& pieces) {
  const std::string next = path + std::string(kInTheMaking);
  auto file = env_.Create(next);
  if (!file) return tl::unexpected(file.error());
  for (std::string_view rest : pieces) {
    while (!rest.empty()) {
      const auto written = (*file)->Write(rest);
      if (!written) return tl::unexpected(written.error());
      rest.remove_prefix(*written);
    }
  }
  if (auto synced = (*file)->Sync(); !synced) return synced;
  if (auto renamed = env_.Rename(next, path); !renamed) return renamed;
  return env_.SyncDirectory(path_);
}

}  // namespace mta
