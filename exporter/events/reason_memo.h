// ReasonMemo: the reasons of the texts that came last.
//
// To read a text by the tables costs about a microsecond; a host that is down gives the same one again and
// again.  So does a server that refuses one recipient after the other, once ReasonText has left the address
// out.  A memory of pure functions: it changes no result and is no state.  One thread.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "exporter/base/hash.h"
#include "exporter/events/reason.h"

namespace mta {

class ReasonMemo {
 public:
  // `decide()`, or what it said of the same `text` and `seed` before.  `seed` stands for whatever else
  // decides, and for which function it is.  `decide` may ask this memo about other texts.
  template <typename Decide>
  Reason Of(std::string_view text, uint64_t seed, Decide decide) {
    const uint64_t key = Hash(text, seed);
    Entry& entry = entries_[key % entries_.size()];
    if (entry.key == key) return entry.reason;
    const Reason reason = decide();
    entry = {key, reason};
    return reason;
  }

 private:
  struct Entry {
    uint64_t key = 0;
    Reason reason = Reason::kOther;
  };
  std::array<Entry, 512> entries_ = {};
};

}  // namespace mta
