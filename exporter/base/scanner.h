// Scanner: reads one text from left to right.  Every method either takes what it names and moves on, or
// leaves the scanner where it was and says so.  The text is borrowed: it must outlive the scanner and every
// view taken from it.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "exporter/base/ascii.h"

namespace mta {

class Scanner {
 public:
  explicit constexpr Scanner(std::string_view text) : rest_(text) {}

  constexpr bool done() const { return rest_.empty(); }
  constexpr std::string_view rest() const { return rest_; }
  // The next character, '\0' at the end.
  constexpr char peek() const { return rest_.empty() ? '\0' : rest_.front(); }
  constexpr void Skip(size_t n) { rest_.remove_prefix(n < rest_.size() ? n : rest_.size()); }

  // Takes `literal` if the text goes on with it.  Of a literal the size is known, and it is compared without
  // a call.
  template <size_t N>
  constexpr bool Take(const char (&literal)[N]) {
    constexpr size_t kSize = N - 1;
    if (rest_.size() < kSize || __builtin_memcmp(rest_.data(), literal, kSize) != 0) return false;
    rest_.remove_prefix(kSize);
    return true;
  }
  constexpr bool Take(std::string_view literal) {
    if (!rest_.starts_with(literal)) return false;
    rest_.remove_prefix(literal.size());
    return true;
  }
  constexpr bool Take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // Takes what stands before `end`, and `end` itself.  Takes nothing where `end` does not occur.
  constexpr bool TakeUntil(std::string_view end, std::string_view& out) {
    const size_t at = rest_.find(end);
    if (at == std::string_view::npos) return false;
    out = rest_.substr(0, at);
    rest_.remove_prefix(at + end.size());
    return true;
  }
  bool TakeUntil(char end, std::string_view& out) {
    const void* at = rest_.empty() ? nullptr : std::memchr(rest_.data(), end, rest_.size());
    if (at == nullptr) return false;
    const auto length = static_cast<size_t>(static_cast<const char*>(at) - rest_.data());
    out = rest_.substr(0, length);
    rest_.remove_prefix(length + 1);
    return true;
  }

  // Takes the longest run of characters for which `belongs` is true; the run may be empty.
  template <typename Predicate>
  constexpr std::string_view TakeWhile(Predicate belongs) {
    size_t n = 0;
    while (n < rest_.size() && belongs(rest_[n])) ++n;
    const std::string_view run = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return run;
  }

  // Takes an unsigned decimal number of at least one digit that fits 64 bits.
  constexpr bool TakeUnsigned(uint64_t& out) {
    constexpr size_t kAlwaysFits = 19;  // digits
    uint64_t value = 0;
    size_t n = 0;
    for (; n < rest_.size() && IsDigit(rest_[n]); ++n)
      value = value * 10 + static_cast<uint64_t>(rest_[n] - '0');
    if (n == 0) return false;
    if (n > kAlwaysFits) {
      const auto checked = ParseUnsigned(rest_.substr(0, n));
      if (!checked) return false;
      value = *checked;
    }
    out = value;
    rest_.remove_prefix(n);
    return true;
  }

  constexpr std::string_view TakeRest() {
    const std::string_view all = rest_;
    rest_ = {};
    return all;
  }

 private:
  std::string_view rest_;
};

}  // namespace mta
