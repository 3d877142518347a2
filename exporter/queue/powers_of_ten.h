// PowersOfTen: how values are spread, by their order of magnitude.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace mta {

class PowersOfTen {
 public:
  static constexpr size_t kBounds = 10;

  void Observe(uint64_t value) {
    size_t place = 0;
    for (uint64_t bound = 1; place < kBounds && value > bound; bound *= 10) ++place;
    ++counts_[place];
    sum_ += value;
  }
  void Add(const PowersOfTen& other) {
    for (size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
    sum_ += other.sum_;
  }

  // Values of at most 10^power, power < kBounds.
  uint64_t AtMost(size_t power) const {
    uint64_t count = 0;
    for (size_t i = 0; i <= power; ++i) count += counts_[i];
    return count;
  }
  uint64_t count() const { return AtMost(kBounds); }
  uint64_t sum() const { return sum_; }

 private:
  std::array<uint64_t, kBounds + 1> counts_{};  // the last: of those beyond all bounds
  uint64_t sum_ = 0;
};

}  // namespace mta
