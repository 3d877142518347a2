// Eight characters at a time in one register, for the few loops that every line runs through.  A run of
// digits has no fixed length, so a loop over it ends in a mispredicted branch; these do not branch.  Little
// endian only, as the state snapshot is.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace mta {

static_assert(std::endian::native == std::endian::little);

constexpr uint64_t EveryByte(uint8_t value) {
  return 0x0101010101010101ULL * value;
}

// The first character becomes the lowest byte.
inline uint64_t LoadEight(const char* text) {
  uint64_t word = 0;
  std::memcpy(&word, text, sizeof word);
  return word;
}

// The top bit of each byte that is no decimal digit.
constexpr uint64_t NonDigits(uint64_t word) {
  const uint64_t values = word ^ EveryByte('0');  // a digit is now 0..9
  return (((values & EveryByte(0x7F)) + EveryByte(0x80 - 10)) | values) & EveryByte(0x80);
}

// How many digits the eight characters begin with, and end with.
constexpr int LeadingDigits(uint64_t word) {
  return std::countr_zero(NonDigits(word)) / 8;
}
constexpr int TrailingDigits(uint64_t word) {
  return std::countl_zero(NonDigits(word)) / 8;
}

// The decimal number that the first `count` (1..8) characters are; they must be digits.
constexpr uint32_t DecimalPrefix(uint64_t word, int count) {
  uint64_t values = (word ^ EveryByte('0')) << (8 * (8 - count));  // padded with zeros before
  values = (values * 10 + (values >> 8)) & 0x00FF00FF00FF00FFULL;
  values = (values * 100 + (values >> 16)) & 0x0000FFFF0000FFFFULL;
  return static_cast<uint32_t>(values * 10'000 + (values >> 32));
}

}  // namespace mta
