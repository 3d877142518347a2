#include "exporter/tail/decompress.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <vector>

#include "exporter/tail/codec.h"

namespace mta {
namespace {

using namespace std::string_view_literals;

constexpr size_t kInputBytes = 64 * 1024;

// Level 1 to 9, then the magic of a block or, in an empty stream, of the end.
bool IsBzip2(std::string_view head) {
  const std::string_view next = head.substr(4);
  return head.starts_with("BZh"sv) && head[3] >= '1' && head[3] <= '9' &&
         (next.starts_with("1A"sv) || next.starts_with("\x17\x72"sv));
}

// zstd: a frame, or a skippable frame (RFC 8878: any of 16 magic numbers).
bool IsZstd(std::string_view head) {
  return head.starts_with("\x28\xB5\x2F\xFD"sv) || ((static_cast<unsigned char>(head[0]) & 0xF0) == 0x50 &&
                                                    head.substr(1).starts_with("\x2A\x4D\x18"sv));
}

// Plain content, of which the first bytes have been looked at.
class PeekedSource final : public ByteSource {
 public:
  PeekedSource(std::string head, std::unique_ptr<ByteSource> rest)
      : head_(std::move(head)), rest_(std::move(rest)) {}

  Result<size_t> Read(char* buffer, size_t size) override {
    if (given_ == head_.size()) return rest_->Read(buffer, size);
    const size_t count = std::min(size, head_.size() - given_);
    std::memcpy(buffer, head_.data() + given_, count);
    given_ += count;
    return count;
  }

 private:
  const std::string head_;
  size_t given_ = 0;
  const std::unique_ptr<ByteSource> rest_;
};

class DecodingSource final : public ByteSource {
 public:
  DecodingSource(Compression compression, std::unique_ptr<ByteSource> raw, std::string path)
      : compression_(compression),
        codec_(MakeCodec(compression)),
        raw_(std::move(raw)),
        path_(std::move(path)),
        input_(kInputBytes) {}

  Result<size_t> Read(char* buffer, size_t size) override {
    CodecBuffers out{nullptr, 0, buffer, size};
    while (out.out_size == size && !finished_) {
      if (auto problem = Step(out)) {
        failed_ = std::move(problem);
        finished_ = true;
      }
    }
    const size_t given = size - out.out_size;
    if (given == 0 && failed_) return tl::unexpected(*failed_);
    return given;
  }

 private:
  using Problem = std::optional<Error>;

  Problem Step(CodecBuffers& out) {
    if (!in_member_) return BeginMember();
    if (begin_ == end_ && !decoder_holds_output_) {
      if (auto problem = Fill()) return problem;
      if (begin_ == end_) return Broken("truncated");
    }
    out.in = input_.data() + begin_;
    out.in_size = end_ - begin_;
    const size_t room = out.out_size;
    const CodecState state = codec_->Run(out);
    begin_ = end_ - out.in_size;
    content_bytes_ += room - out.out_size;
    decoder_holds_output_ = out.out_size == 0;
    if (state == CodecState::kBroken) return Broken(codec_->problem());
    if (state == CodecState::kEnd) in_member_ = false;
    return std::nullopt;
  }

  // At the start of the archive or after a member: is there another?
  Problem BeginMember() {
    for (;;) {
      while (begin_ != end_ && input_[begin_] == '\0') ++begin_;
      if (end_ - begin_ >= kMagicBytes || ended_) break;
      if (auto problem = Fill()) return problem;
    }
    const std::string_view head(input_.data() + begin_, end_ - begin_);
    in_member_ = DetectCompression(head) == compression_;
    if (!in_member_) finished_ = true;
    if (in_member_ && !codec_->Begin()) return Broken(codec_->problem());
    return std::nullopt;
  }

  // Reads more input behind what there is.
  Problem Fill() {
    std::copy(input_.begin() + static_cast<ptrdiff_t>(begin_), input_.begin() + static_cast<ptrdiff_t>(end_),
              input_.begin());
    end_ -= begin_;
    begin_ = 0;
    const auto count = raw_->Read(input_.data() + end_, input_.size() - end_);
    if (!count) return count.error();
    ended_ = *count == 0;
    end_ += *count;
    return std::nullopt;
  }

  Error Broken(std::string_view how) const {
    return Error{fmt::format("{}: damaged {} archive: {} after {} bytes of content", path_,
                             CompressionName(compression_), how, content_bytes_)};
  }

  const Compression compression_;
  const std::unique_ptr<Codec> codec_;
  const std::unique_ptr<ByteSource> raw_;
  const std::string path_;
  std::vector<char> input_;
  size_t begin_ = 0;  // input_[begin_, end_) is still to be decoded
  size_t end_ = 0;
  bool ended_ = false;  // raw_ has no more
  bool in_member_ = false;
  bool decoder_holds_output_ = false;  // it may: the caller's buffer was full
  bool finished_ = false;
  Problem failed_;
  uint64_t content_bytes_ = 0;
};

}  // namespace

Compression DetectCompression(std::string_view head) {
  if (head.size() < kMagicBytes) return Compression::kNone;
  if (head.starts_with("\x1F\x8B\x08"sv)) return Compression::kGzip;
  if (head.starts_with("\xFD\x37zXZ\0"sv)) return Compression::kXz;
  if (IsBzip2(head)) return Compression::kBzip2;
  return IsZstd(head) ? Compression::kZstd : Compression::kNone;
}

std::string_view CompressionName(Compression compression) {
  switch (compression) {
    case Compression::kGzip:
      return "gzip";
    case Compression::kBzip2:
      return "bzip2";
    case Compression::kXz:
      return "xz";
    case Compression::kZstd:
      return "zstd";
    case Compression::kNone:
      break;
  }
  return "plain";
}

Result<std::unique_ptr<ByteSource>> OpenContent(std::unique_ptr<ByteSource> raw, std::string path) {
  std::array<char, kMagicBytes> magic{};
  size_t size = 0;
  while (size < magic.size()) {
    const auto count = raw->Read(magic.data() + size, magic.size() - size);
    if (!count) return tl::unexpected(count.error());
    if (*count == 0) break;
    size += *count;
  }
  std::string head(magic.data(), size);
  const Compression compression = DetectCompression(head);
  auto peeked = std::make_unique<PeekedSource>(std::move(head), std::move(raw));
  if (compression == Compression::kNone) return peeked;
  return Decompress(compression, std::move(peeked), std::move(path));
}

std::unique_ptr<ByteSource> Decompress(Compression compression, std::unique_ptr<ByteSource> raw,
                                       std::string path) {
  return std::make_unique<DecodingSource>(compression, std::move(raw), std::move(path));
}

}  // namespace mta
