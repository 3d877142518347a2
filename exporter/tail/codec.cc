#include "exporter/tail/codec.h"

#include <bzlib.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <bit>
#include <climits>

namespace mta {
namespace {

constexpr std::string_view kOutOfMemory = "its decoder needs more memory than allowed";

unsigned Clamp(size_t size) {
  return static_cast<unsigned>(std::min<size_t>(size, UINT_MAX));
}

void Advance(CodecBuffers& buffers, size_t taken, size_t given) {
  buffers.in += taken;
  buffers.in_size -= taken;
  buffers.out += given;
  buffers.out_size -= given;
}

class GzipCodec final : public Codec {
 public:
  ~GzipCodec() override { inflateEnd(&stream_); }
  bool Begin() override {
    if (stream_.state != nullptr) return inflateReset(&stream_) == Z_OK;
    constexpr int kGzipFormat = 16;
    return inflateInit2(&stream_, MAX_WBITS + kGzipFormat) == Z_OK;
  }
  CodecState Run(CodecBuffers& buffers) override {
    const unsigned in = Clamp(buffers.in_size);
    const unsigned out = Clamp(buffers.out_size);
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(buffers.in));
    stream_.avail_in = in;
    stream_.next_out = reinterpret_cast<Bytef*>(buffers.out);
    stream_.avail_out = out;
    const int result = inflate(&stream_, Z_NO_FLUSH);
    Advance(buffers, in - stream_.avail_in, out - stream_.avail_out);
    if (result == Z_STREAM_END) return CodecState::kEnd;
    return result == Z_OK || result == Z_BUF_ERROR ? CodecState::kMore : CodecState::kBroken;
  }
  std::string_view problem() const override {
    return stream_.msg != nullptr ? std::string_view(stream_.msg) : kOutOfMemory;
  }

 private:
  z_stream stream_{};
};

class Bzip2Codec final : public Codec {
 public:
  ~Bzip2Codec() override { End(); }
  bool Begin() override {
    End();
    begun_ = BZ2_bzDecompressInit(&stream_, 0, 0) == BZ_OK;
    return begun_;
  }
  CodecState Run(CodecBuffers& buffers) override {
    const unsigned in = Clamp(buffers.in_size);
    const unsigned out = Clamp(buffers.out_size);
    stream_.next_in = const_cast<char*>(buffers.in);
    stream_.avail_in = in;
    stream_.next_out = buffers.out;
    stream_.avail_out = out;
    const int result = BZ2_bzDecompress(&stream_);
    Advance(buffers, in - stream_.avail_in, out - stream_.avail_out);
    if (result == BZ_STREAM_END) return CodecState::kEnd;
    out_of_memory_ = result == BZ_MEM_ERROR;
    return result == BZ_OK ? CodecState::kMore : CodecState::kBroken;
  }
  std::string_view problem() const override { return out_of_memory_ ? kOutOfMemory : "invalid data"; }

 private:
  void End() {
    if (begun_) BZ2_bzDecompressEnd(&stream_);
    stream_ = {};
    begun_ = false;
  }
  bz_stream stream_{};
  bool begun_ = false;
  bool out_of_memory_ = false;
};

class XzCodec final : public Codec {
 public:
  ~XzCodec() override { lzma_end(&stream_); }
  bool Begin() override { return lzma_stream_decoder(&stream_, kMaxDecoderBytes, 0) == LZMA_OK; }
  CodecState Run(CodecBuffers& buffers) override {
    stream_.next_in = reinterpret_cast<const uint8_t*>(buffers.in);
    stream_.avail_in = buffers.in_size;
    stream_.next_out = reinterpret_cast<uint8_t*>(buffers.out);
    stream_.avail_out = buffers.out_size;
    result_ = lzma_code(&stream_, LZMA_RUN);
    Advance(buffers, buffers.in_size - stream_.avail_in, buffers.out_size - stream_.avail_out);
    if (result_ == LZMA_STREAM_END) return CodecState::kEnd;
    return result_ == LZMA_OK || result_ == LZMA_BUF_ERROR ? CodecState::kMore : CodecState::kBroken;
  }
  std::string_view problem() const override {
    if (result_ == LZMA_MEMLIMIT_ERROR || result_ == LZMA_MEM_ERROR) return kOutOfMemory;
    return result_ == LZMA_OPTIONS_ERROR ? "options unknown to this library" : "invalid data";
  }

 private:
  lzma_stream stream_ = LZMA_STREAM_INIT;
  lzma_ret result_ = LZMA_OK;
};

class ZstdCodec final : public Codec {
 public:
  bool Begin() override {
    if (!stream_) return false;
    const size_t limited = ZSTD_DCtx_setParameter(stream_.get(), ZSTD_d_windowLogMax, kWindowLogMax);
    return !ZSTD_isError(limited) && !ZSTD_isError(ZSTD_initDStream(stream_.get()));
  }
  CodecState Run(CodecBuffers& buffers) override {
    ZSTD_inBuffer in{buffers.in, buffers.in_size, 0};
    ZSTD_outBuffer out{buffers.out, buffers.out_size, 0};
    result_ = ZSTD_decompressStream(stream_.get(), &out, &in);
    Advance(buffers, in.pos, out.pos);
    if (ZSTD_isError(result_)) return CodecState::kBroken;
    return result_ == 0 ? CodecState::kEnd : CodecState::kMore;
  }
  std::string_view problem() const override { return ZSTD_getErrorName(result_); }

 private:
  static constexpr int kWindowLogMax = std::bit_width(kMaxDecoderBytes) - 1;  // the window is a power of two
  struct Free {
    void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
  };
  std::unique_ptr<ZSTD_DStream, Free> stream_{ZSTD_createDStream()};
  size_t result_ = 0;
};

}  // namespace

std::unique_ptr<Codec> MakeCodec(Compression compression) {
  switch (compression) {
    case Compression::kGzip:
      return std::make_unique<GzipCodec>();
    case Compression::kBzip2:
      return std::make_unique<Bzip2Codec>();
    case Compression::kXz:
      return std::make_unique<XzCodec>();
    case Compression::kZstd:
      return std::make_unique<ZstdCodec>();
    case Compression::kNone:
      break;
  }
  return nullptr;
}

}  // namespace mta
