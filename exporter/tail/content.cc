#include "exporter/tail/content.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace mta {
namespace {

constexpr size_t kDecodeBytes = 256 * 1024;

// A file's bytes from its beginning, without moving the file's own position.
class FromBeginning final : public ByteSource {
 public:
  explicit FromBeginning(File& file) : file_(file) {}
  Result<size_t> Read(char* buffer, size_t size) override {
    auto count = file_.ReadAt(at_, buffer, size);
    if (count) at_ += *count;
    return count;
  }

 private:
  File& file_;
  uint64_t at_ = 0;
};

Result<Compression> Detect(File& file) {
  std::array<char, kMagicBytes> magic{};
  size_t size = 0;
  while (size < magic.size()) {
    const auto count = file.ReadAt(size, magic.data() + size, magic.size() - size);
    if (!count) return tl::unexpected(count.error());
    if (*count == 0) break;
    size += *count;
  }
  return DetectCompression({magic.data(), size});
}

}  // namespace

Result<std::unique_ptr<Content>> Content::Open(Env& env, const std::string& path, bool plain) {
  auto file = env.OpenRegular(path);
  if (!file) return tl::unexpected(file.error());
  Result<Compression> compression = Compression::kNone;
  if (!plain) compression = Detect(**file);
  if (!compression) return tl::unexpected(compression.error());
  return std::unique_ptr<Content>(new Content(std::move(*file), *compression, path));
}

Content::Content(std::unique_ptr<File> file, Compression compression, std::string path)
    : file_(std::move(file)), compression_(compression), path_(std::move(path)) {
  if (archive()) Rewind();
}

Content::~Content() = default;

void Content::Rewind() {
  decoder_ = Decompress(compression_, std::make_unique<FromBeginning>(*file_), path_);
  window_.clear();
  window_begin_ = 0;
  ended_ = false;
  damage_.clear();
}

Result<bool> Content::Approach(uint64_t offset, uint64_t& budget) {
  if (!archive()) return true;
  if (offset < window_begin_) Rewind();
  while (window_begin_ + window_.size() < offset && !ended_) {
    if (budget == 0) return false;
    window_begin_ += window_.size();
    window_.clear();
    const uint64_t missing = offset - window_begin_;
    if (auto decoded = Decode(std::min({missing, budget, uint64_t{kDecodeBytes}})); !decoded) {
      return tl::unexpected(decoded.error());
    }
    budget -= std::min<uint64_t>(budget, window_.size());
  }
  return true;
}

Result<size_t> Content::ReadAt(uint64_t offset, char* buffer, size_t size) {
  if (!archive()) return file_->ReadAt(offset, buffer, size);
  uint64_t unbounded = UINT64_MAX;
  if (auto reached = Approach(offset, unbounded); !reached) return tl::unexpected(reached.error());
  const uint64_t end = window_begin_ + window_.size();
  if (offset > end) return size_t{0};
  window_.erase(0, offset - window_begin_);
  window_begin_ = offset;
  if (window_.size() < size) {
    if (auto decoded = Decode(size - window_.size()); !decoded) return tl::unexpected(decoded.error());
  }
  const size_t count = std::min(size, window_.size());
  std::memcpy(buffer, window_.data(), count);
  return count;
}

Result<std::string> Content::ReadSome(uint64_t offset, size_t size) {
  std::string bytes(size, '\0');
  size_t filled = 0;
  while (filled < size) {
    const auto count = ReadAt(offset + filled, bytes.data() + filled, size - filled);
    if (!count) return tl::unexpected(count.error());
    if (*count == 0) break;
    filled += *count;
  }
  bytes.resize(filled);
  return bytes;
}

// Appends up to `bytes` to the window; fewer only at the end.  Damage is an end; a failing disk is an error.
Outcome Content::Decode(size_t bytes) {
  const size_t wanted = window_.size() + bytes;
  while (window_.size() < wanted && !ended_) {
    const size_t before = window_.size();
    window_.resize(wanted);
    const auto count = decoder_->Read(window_.data() + before, wanted - before);
    window_.resize(before + count.value_or(0));
    if (count) {
      ended_ = *count == 0;
      continue;
    }
    if (count.error().system_code != 0) {
      const Error error = count.error();
      Rewind();
      return tl::unexpected(error);
    }
    damage_ = count.error().message;
    ended_ = true;
  }
  return {};
}

}  // namespace mta
