// HandleTable: from a hash to a small value, for look-ups on the hot path.
//
// Finding a series by its label values costs the store a hash of all of them, a comparison and a chain of
// pointers; here it costs the hash and, mostly, one look.  The table only remembers what is known elsewhere:
// it may forget everything, and does when it has grown to kMost entries.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace mta {

template <typename Value>
class HandleTable {
 public:
  // The value of `key`, or nullptr.
  const Value* Find(uint64_t key) const {
    const Slot& slot = slots_[Probe(key == 0 ? 1 : key)];
    return slot.key == 0 ? nullptr : &slot.value;
  }

  // The value of `key`; a default one where it is new, to be filled in.  Valid until the next call.
  Value& operator[](uint64_t key) {
    if (key == 0) key = 1;
    size_t slot = Probe(key);
    if (slots_[slot].key == 0) {
      if ((count_ + 1) * 2 > slots_.size()) slot = Grow(key);
      slots_[slot] = {key, {}};
      ++count_;
    }
    return slots_[slot].value;
  }

 private:
  // Label values come from tags and replies, and tags are not ours: a flood of them starts the table over.
  static constexpr size_t kFewest = 64;
  static constexpr size_t kMost = 1 << 14;

  struct Slot {
    uint64_t key = 0;  // 0: empty
    Value value = {};
  };

  size_t Probe(uint64_t key) const {
    size_t slot = key & (slots_.size() - 1);
    while (slots_[slot].key != 0 && slots_[slot].key != key) slot = (slot + 1) & (slots_.size() - 1);
    return slot;
  }

  // Makes room for `key` and says where.
  size_t Grow(uint64_t key) {
    const bool start_over = slots_.size() >= kMost;
    const std::vector<Slot> old =
        std::exchange(slots_, std::vector<Slot>(start_over ? kFewest : slots_.size() * 2));
    count_ = 0;
    for (const Slot& slot : old) {
      if (start_over || slot.key == 0) continue;
      slots_[Probe(slot.key)] = slot;
      ++count_;
    }
    return Probe(key);
  }

  std::vector<Slot> slots_ = std::vector<Slot>(kFewest);  // a power of two, at most half full
  size_t count_ = 0;
};

}  // namespace mta
