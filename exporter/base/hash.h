// A fast 64-bit hash of bytes for tables and identities within one program version.  Not cryptographic, not
// for anything that leaves the machine; the value is the same on every run, because state is kept by it.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace mta {

namespace hash_detail {
constexpr uint64_t kMultiplier = 0x9E3779B97F4A7C15ULL;

inline uint64_t Mix(uint64_t a, uint64_t b) {
  const auto product = static_cast<unsigned __int128>(a) * b;
  return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
}

template <typename Word>
uint64_t Load(const char* bytes) {
  Word word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

// One to eight bytes as a number; the two loads overlap where there are not eight.
inline uint64_t LoadFew(const char* bytes, size_t size) {
  if (size >= 4) return Load<uint32_t>(bytes) | Load<uint32_t>(bytes + size - 4) << 32;
  const auto at = [&](size_t i) { return static_cast<uint64_t>(static_cast<unsigned char>(bytes[i])); };
  return at(0) | at(size / 2) << 8 | at(size - 1) << 16;
}
}  // namespace hash_detail

inline uint64_t Hash(std::string_view bytes, uint64_t seed = 0) {
  using namespace hash_detail;
  uint64_t h = Mix(seed ^ 0xA0761D6478BD642FULL, bytes.size() ^ kMultiplier);
  const char* at = bytes.data();
  size_t left = bytes.size();
  for (; left > 8; left -= 8, at += 8) h = Mix(h ^ Load<uint64_t>(at), kMultiplier);
  if (left > 0) h = Mix(h ^ LoadFew(at, left), 0xE7037ED1A0B428DBULL);
  return Mix(h, 0x8EBC6AF09C88C6E3ULL);
}

}  // namespace mta
