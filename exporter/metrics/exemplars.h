// Exemplars: for some cells of a MetricStore, the message that was counted there last.
//
// A cell without one costs four bytes, a store that keeps none nothing.  What is in here is read by people
// who look for a message; it is no part of the saved state.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "exporter/base/ascii.h"

namespace mta {

class Exemplar {
 public:
  static constexpr size_t kMaxIdBytes = 23;  // Postfix and sendmail need 20 at most

  // Nothing where `queue_id` is no queue id: letters and digits, and few.
  static std::optional<Exemplar> Make(std::string_view queue_id, double value, int64_t time_ns) {
    if (queue_id.empty() || queue_id.size() > kMaxIdBytes || !std::ranges::all_of(queue_id, IsAlnum))
      return std::nullopt;
    Exemplar made;
    made.value_ = value;
    made.time_ns_ = time_ns;
    made.id_size_ = static_cast<uint8_t>(queue_id.size());
    std::ranges::copy(queue_id, made.id_.begin());
    return made;
  }

  // The same message, another value.
  Exemplar With(double value) const {
    Exemplar other = *this;
    other.value_ = value;
    return other;
  }

  std::string_view queue_id() const { return {id_.data(), id_size_}; }
  double value() const { return value_; }
  int64_t time_ns() const { return time_ns_; }  // since 1970, as logged

 private:
  double value_ = 0;
  int64_t time_ns_ = 0;
  uint8_t id_size_ = 0;
  std::array<char, kMaxIdBytes> id_ = {};
};

class Exemplars {
 public:
  void Set(uint32_t cell, const Exemplar& exemplar) {
    if (cell >= slots_.size()) slots_.resize(cell + 1);
    if (slots_[cell] == 0) {
      exemplars_.push_back(exemplar);
      slots_[cell] = static_cast<uint32_t>(exemplars_.size());
    } else {
      exemplars_[slots_[cell] - 1] = exemplar;
    }
  }
  // nullptr: the cell has none.
  const Exemplar* Find(uint32_t cell) const {
    return cell < slots_.size() && slots_[cell] != 0 ? &exemplars_[slots_[cell] - 1] : nullptr;
  }

 private:
  std::vector<uint32_t> slots_;  // by cell: where in exemplars_, counted from 1
  std::vector<Exemplar> exemplars_;
};

}  // namespace mta
