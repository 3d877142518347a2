// For tests: makes the archives that decompress.h reads.
#pragma once

#include <bzlib.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include <stdexcept>
#include <string>

#include "exporter/tail/decompress.h"

namespace mta {

inline std::string Gzipped(const std::string& content) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, content.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int result = deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (result != Z_STREAM_END) throw std::runtime_error("deflate failed");
  return out;
}

inline std::string Bzipped(const std::string& content) {
  auto size = static_cast<unsigned>(content.size() + content.size() / 50 + 600);
  std::string out(size, '\0');
  const int result = BZ2_bzBuffToBuffCompress(out.data(), &size, const_cast<char*>(content.data()),
                                              static_cast<unsigned>(content.size()), 9, 0, 0);
  if (result != BZ_OK) throw std::runtime_error("bzip2 failed");
  out.resize(size);
  return out;
}

inline std::string Xzipped(const std::string& content) {
  std::string out(lzma_stream_buffer_bound(content.size()), '\0');
  size_t size = 0;
  const lzma_ret result =
      lzma_easy_buffer_encode(6, LZMA_CHECK_CRC64, nullptr, reinterpret_cast<const uint8_t*>(content.data()),
                              content.size(), reinterpret_cast<uint8_t*>(out.data()), &size, out.size());
  if (result != LZMA_OK) throw std::runtime_error("xz failed");
  out.resize(size);
  return out;
}

inline std::string Zstandarded(const std::string& content) {
  std::string out(ZSTD_compressBound(content.size()), '\0');
  const size_t size = ZSTD_compress(out.data(), out.size(), content.data(), content.size(), 3);
  if (ZSTD_isError(size)) throw std::runtime_error("zstd failed");
  out.resize(size);
  return out;
}

// One member; `content` itself for kNone.
inline std::string Compressed(Compression compression, const std::string& content) {
  switch (compression) {
    case Compression::kGzip:
      return Gzipped(content);
    case Compression::kBzip2:
      return Bzipped(content);
    case Compression::kXz:
      return Xzipped(content);
    case Compression::kZstd:
      return Zstandarded(content);
    case Compression::kNone:
      break;
  }
  return content;
}

}  // namespace mta
