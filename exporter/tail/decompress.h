// Rotated logs as they lie on the disk: .gz .bz2 .xz .zst, known by their first bytes and never by their
// name.
//
// Several members (streams, frames) in a row are one content; NUL padding and what follows the last member
// without being another one are left out, as gzip(1) does.  Of a damaged or truncated archive all is given
// that could be decoded, then an error that says where it broke.  Memory is bounded: kMaxDecoderBytes for a
// decoder's dictionary.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "exporter/base/env.h"
#include "exporter/base/result.h"

namespace mta {

enum class Compression : uint8_t { kNone, kGzip, kBzip2, kXz, kZstd };

constexpr size_t kMagicBytes = 6;                    // what DetectCompression() needs to see
constexpr uint64_t kMaxDecoderBytes = 160ULL << 20;  // `xz -9` needs 65 MiB, `zstd --ultra -22` 128 MiB

// kNone also for less than kMagicBytes.
Compression DetectCompression(std::string_view head);

// "gzip", "bzip2", "xz", "zstd"; "plain".
std::string_view CompressionName(Compression compression);

// The content of `raw`: itself where it is plain.  `path` is for error messages.  Fails where the first bytes
// cannot be read.  The sources may be read by one thread at a time.
Result<std::unique_ptr<ByteSource>> OpenContent(std::unique_ptr<ByteSource> raw, std::string path);

// For callers that know it already; `raw` stands at the first byte of the archive, and is not kNone.
std::unique_ptr<ByteSource> Decompress(Compression compression, std::unique_ptr<ByteSource> raw,
                                       std::string path);

}  // namespace mta
