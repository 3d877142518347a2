// HandleTable: from the hash of a series' label values to its cell.
//
// Finding a series by its label values costs the store a hash of all of them, a comparison and a chain of
// pointers; here it costs the hash and, mostly, one look.  The table only remembers what the store knows:
// losing it loses nothing.
#pragma once

#include <cstdint>
#include <vector>

#include "exporter/metrics/metric_store.h"

namespace mta {

class HandleTable {
 public:
  // The handle of `key`; a default one where it is new, to be filled in.  Valid until the next call.
  CounterId& operator[](uint64_t key) {
    if (key == 0) key = 1;
    size_t slot = Probe(key);
    if (slots_[slot].key == 0) {
      if ((count_ + 1) * 2 > slots_.size()) slot = Grow(key);
      slots_[slot] = {key, {}};
      ++count_;
    }
    return slots_[slot].handle;
  }

 private:
  // Label values come from tags and replies, and tags are not ours: a flood of them starts the table over.
  static constexpr size_t kMost = 1 << 14;

  struct Slot {
    uint64_t key = 0;  // 0: empty
    CounterId handle;
  };

  size_t Probe(uint64_t key) const {
    size_t slot = key & (slots_.size() - 1);
    while (slots_[slot].key != 0 && slots_[slot].key != key) slot = (slot + 1) & (slots_.size() - 1);
    return slot;
  }

  size_t Grow(uint64_t key) {
    std::vector<Slot> old =
        std::exchange(slots_, std::vector<Slot>(slots_.size() < kMost ? slots_.size() * 2 : 64));
    count_ = 0;
    if (slots_.size() > old.size()) {
      for (const Slot& slot : old) {
        if (slot.key == 0) continue;
        slots_[Probe(slot.key)] = slot;
        ++count_;
      }
    }
    return Probe(key);
  }

  std::vector<Slot> slots_ = std::vector<Slot>(64);  // a power of two, at most half full
  size_t count_ = 0;
};

}  // namespace mta
