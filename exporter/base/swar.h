// Eight characters at a time in one register, for the few loops that every line runs through.  A run of
// digits has no fixed length, so a loop over it ends in a mispredicted branch; these do not branch.  Little
// endian only, as the state snapshot is.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

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

inline uint32_t LoadFour(const char* text) {
  uint32_t word = 0;
  std::memcpy(&word, text, sizeof word);
  return word;
}

// The top bit of each byte that is no decimal digit.
constexpr uint64_t NonDigits(uint64_t word) {
  const uint64_t values = word ^ EveryByte('0');  // a digit is now 0..9
  return (((values & EveryByte(0x7F)) + EveryByte(0x80 - 10)) | values) & EveryByte(0x80);
}

// The top bit of each byte that is no lower-case hexadecimal digit.
constexpr uint64_t NonHexDigits(uint64_t word) {
  const uint64_t low = word & EveryByte(0x7F);
  const uint64_t from_a = low + EveryByte(0x80 - 'a');
  const uint64_t behind_f = low + EveryByte(0x80 - ('f' + 1));
  return NonDigits(word) & ~(from_a & ~behind_f & ~word);
}

// The eight characters, each `from` among them made a `to`.
constexpr uint64_t ReplaceEach(uint64_t word, char from, char to) {
  const uint64_t differs = word ^ EveryByte(static_cast<uint8_t>(from));  // 0 where it is one
  const uint64_t others = (((differs & EveryByte(0x7F)) + EveryByte(0x7F)) | differs) & EveryByte(0x80);
  const uint64_t ones = (others ^ EveryByte(0x80)) >> 7;
  return word ^ ones * static_cast<uint8_t>(from ^ to);
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

// The number that eight hexadecimal digits are; they must be such.
constexpr uint32_t HexNumber(uint64_t word) {
  const uint64_t letters = word >> 6 & EveryByte(1);
  uint64_t values = (word & EveryByte(0x0F)) + letters * 9;
  values = (values << 4 | values >> 8) & 0x00FF00FF00FF00FFULL;
  values = (values << 8 | values >> 16) & 0x0000FFFF0000FFFFULL;
  return static_cast<uint32_t>(values << 16 | values >> 32);
}

// a == b, without a call for words of up to sixteen characters.
inline bool SameWord(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  if (a.size() >= 8 && a.size() <= 16) {  // two loads, which overlap
    return LoadEight(a.data()) == LoadEight(b.data()) &&
           LoadEight(a.data() + a.size() - 8) == LoadEight(b.data() + b.size() - 8);
  }
  if (a.size() > 16) return a == b;
  if (a.size() >= 4)
    return LoadFour(a.data()) == LoadFour(b.data()) &&
           LoadFour(a.data() + a.size() - 4) == LoadFour(b.data() + b.size() - 4);
  if (a.empty()) return true;
  const size_t middle = a.size() / 2;
  return a.front() == b.front() && a[middle] == b[middle] && a.back() == b.back();
}

}  // namespace mta
