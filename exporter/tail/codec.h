// Codec: one decompression library behind one shape.  Decodes member after member (stream, frame) from the
// caller's buffers into the caller's buffers; owns nothing but the library's state.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "exporter/tail/decompress.h"

namespace mta {

enum class CodecState : uint8_t {
  kMore,    // wants input, or room for output
  kEnd,     // the member is complete and its checksum right
  kBroken,  // damaged; problem() says how
};

struct CodecBuffers {
  const char* in = nullptr;
  size_t in_size = 0;
  char* out = nullptr;
  size_t out_size = 0;
};

class Codec {
 public:
  virtual ~Codec() = default;
  // Begins a member.  False where the library has no memory.
  virtual bool Begin() = 0;
  // Decodes as far as input and room reach; moves the buffers on by what it took and gave.
  virtual CodecState Run(CodecBuffers& buffers) = 0;
  virtual std::string_view problem() const = 0;
};

// nullptr for kNone.
std::unique_ptr<Codec> MakeCodec(Compression compression);

}  // namespace mta
