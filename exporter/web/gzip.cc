#include "exporter/web/gzip.h"

#include <zlib.h>

#include <new>

namespace mta {

std::string Gzip(std::string_view plain) {
  constexpr int kGzipWindow = 15 + 16;  // zlib's word for "with gzip's head and trailer"
  constexpr int kDefaultMemory = 8;
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kGzipWindow, kDefaultMemory, Z_DEFAULT_STRATEGY) !=
      Z_OK)
    throw std::bad_alloc();
  std::string out(deflateBound(&stream, static_cast<uLong>(plain.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));  // zlib only reads it
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);  // one call ends it: the bound was asked for
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace mta
