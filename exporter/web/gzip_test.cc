#include "exporter/web/gzip.h"

#include <zlib.h>

#include <cstdint>

#include "catch.h"

namespace mta {
namespace {

std::string Gunzip(const std::string& packed, size_t size) {
  z_stream stream{};
  REQUIRE(inflateInit2(&stream, 15 + 16) == Z_OK);
  std::string out(size + 1, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  CHECK(inflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  inflateEnd(&stream);
  return out;
}

TEST_CASE("what is packed comes out as it was") {
  std::string random;
  for (uint32_t i = 0, x = 1; i < 100'000; ++i)
    random += static_cast<char>((x = x * 1664525 + 1013904223) >> 24);
  for (const std::string& plain : {std::string(), std::string("a"), std::string(1 << 20, 'x'), random})
    CHECK(Gunzip(Gzip(plain), plain.size()) == plain);
  CHECK(Gzip(std::string(1 << 20, 'x')).size() < 10'000);
}

}  // namespace
}  // namespace mta
