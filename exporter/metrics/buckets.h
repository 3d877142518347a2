// Buckets: which bucket of a histogram a value falls into.
//
// Numbers of one sign and the same power of two stand together, and few bounds do: of the usual delays one at
// most.  So the power of two, which a double bears in its upper bits, tells how many bounds lie below all of
// its numbers, and only those beside the value are compared.  Nothing branches on the value: a delay may lie
// anywhere, so that would be mispredicted.  Immutable; any thread.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace mta {

class Buckets {
 public:
  // `bounds` ascend and are finite; there may be none.
  explicit Buckets(std::vector<double> bounds = {}) : bounds_(std::move(bounds)) {
    if (bounds_.empty()) return;
    lowest_ = GroupOf(bounds_.front());
    below_.resize(GroupOf(bounds_.back()) - lowest_ + 2);
    for (const double bound : bounds_) ++below_[GroupOf(bound) - lowest_ + 1];
    most_ = *std::ranges::max_element(below_);
    for (size_t i = 1; i < below_.size(); ++i) below_[i] += below_[i - 1];
    bounds_.insert(bounds_.end(), most_, std::numeric_limits<double>::infinity());
  }

  // How many bounds are less than `value`: its bucket, counted from 0.
  uint32_t Of(double value) const {
    const uint64_t group = std::max(GroupOf(value), lowest_) - lowest_;
    uint32_t bucket = below_[std::min(group, below_.size() - 1)];
    const double* const bounds = bounds_.data() + bucket;
    for (uint32_t i = 0; i < most_; ++i) bucket += static_cast<uint32_t>(value > bounds[i]);
    return bucket;
  }

 private:
  // Sign and power of two, in the order of the numbers.
  static uint64_t GroupOf(double value) {
    constexpr uint64_t kSign = uint64_t{1} << 63;
    const auto bits = std::bit_cast<uint64_t>(value);
    return (bits ^ ((bits & kSign) != 0 ? ~uint64_t{0} : kSign)) >> 52;
  }

  std::vector<double> bounds_;         // and infinity, as often as may be compared beyond the last
  std::vector<uint32_t> below_ = {0};  // by group from lowest_ on: the bounds in lower groups
  uint64_t lowest_ = 0;
  uint32_t most_ = 0;  // bounds in one group
};

}  // namespace mta
