#include "exporter/tail/scan_input.h"

#include <fmt/format.h>

#include "exporter/tail/decompress.h"
#include "exporter/tail/multilog.h"

namespace mta {
namespace {

constexpr size_t kChunkBytes = 64 * 1024;
const char kStandardInput[] = "-";

ScanFile Describe(std::string path, const FileStatus& status) {
  ScanFile file;
  file.path = std::move(path);
  file.regular = status.kind == FileKind::kRegular;
  if (file.regular) {
    file.size_bytes = status.size_bytes;
    file.mtime_ns = status.mtime_ns;
  }
  return file;
}

}  // namespace

Result<ScanInput> ScanInput::Find(Env& env, const std::vector<std::string>& operands) {
  ScanInput input(env);
  for (const std::string& operand : operands) {
    if (auto added = input.Add(operand); !added) return tl::unexpected(added.error());
  }
  return input;
}

Outcome ScanInput::Add(const std::string& operand) {
  if (operand == kStandardInput) {
    files_.push_back(Describe(operand, FileStatus{}));
    return {};
  }
  const auto status = env_->Status(operand);
  if (!status) return tl::unexpected(status.error());
  if (status->kind == FileKind::kDirectory) return AddDirectory(operand);
  files_.push_back(Describe(operand, *status));
  if (!files_.back().regular) return {};
  // Say now what would fail after hours of reading the files before it.
  if (auto file = env_->OpenRegular(operand); !file) return tl::unexpected(file.error());
  return {};
}

Outcome ScanInput::AddDirectory(const std::string& directory) {
  auto names = env_->List(directory);
  if (!names) return tl::unexpected(names.error());
  const std::vector<std::string> logs = MultilogFiles(std::move(*names));
  if (logs.empty()) {
    return Fail(fmt::format(
        "{} is a directory without multilog files (current, @*.s, @*.u): name the log files", directory));
  }
  for (const std::string& name : logs) {
    if (auto added = Add(fmt::format("{}/{}", directory, name)); !added) return added;
    files_.back().ends_line = &name == &logs.back();
  }
  return {};
}

Result<std::unique_ptr<ByteSource>> ScanInput::OpenContentOf(const ScanFile& file) const {
  auto raw = file.is_standard_input() ? env_->OpenStandardInput() : env_->Open(file.path);
  if (!raw) return tl::unexpected(raw.error());
  return OpenContent(std::move(*raw), file.path);
}

Result<std::unique_ptr<File>> ScanInput::OpenRaw(const ScanFile& file) const {
  return env_->OpenRegular(file.path);
}

Outcome ScanInput::Read(const ScanFile& file, LineSink& sink, uint64_t& bytes) {
  Outcome outcome = ReadInto(file, sink, bytes);
  if (file.ends_line) cutter_.Finish(sink);
  return outcome;
}

Outcome ScanInput::ReadInto(const ScanFile& file, LineSink& sink, uint64_t& bytes) {
  auto content = OpenContentOf(file);
  if (!content) return tl::unexpected(content.error());
  chunk_.resize(kChunkBytes);
  for (;;) {
    const auto count = (*content)->Read(chunk_.data(), chunk_.size());
    if (!count) return tl::unexpected(count.error());
    if (*count == 0) return {};
    bytes += *count;
    cutter_.Feed({chunk_.data(), *count}, sink);
  }
}

}  // namespace mta
