// MessageTable: what a collector remembers of the messages now under way, bounded in number and age.
//
// Keys are 64-bit hashes of (host, queue id).  The least recently touched message is forgotten first, when
// the table is full or when it was not touched for max_age of log time.  Nothing is allocated while the table
// does not outgrow its largest size so far.  The owner's thread only.  Times are log times in nanoseconds,
// never kNoTime: a collector carries the last one it saw over lines that bear none.
//
// Entry is a small trivially copyable struct; it is saved as it lies in memory, so it has no padding that
// matters and a changed Entry needs a new collector state version.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <vector>

#include "collectors/collector.h"
#include "exporter/base/bytes.h"
#include "exporter/base/hash.h"

namespace mta {

inline uint64_t MessageKey(std::string_view host, std::string_view queue_id) {
  return Hash(queue_id, Hash(host));
}

template <typename Entry>
class MessageTable {
  static_assert(std::is_trivially_copyable_v<Entry>);

 public:
  MessageTable(size_t max_entries, int64_t max_age_ns)
      : max_entries_(std::max<size_t>(max_entries, 1)), max_age_ns_(max_age_ns) {}

  size_t size() const { return by_key_count_; }
  uint64_t evicted() const { return evicted_; }
  TrackingStats stats() const { return {size(), evicted_}; }

  Entry* Find(uint64_t key) {
    const uint32_t node = Lookup(key);
    return node == kNone ? nullptr : &nodes_[node].entry;
  }

  // The entry of `key`, made if there is none, now the most recently touched.  `forget(Entry&)` is told of
  // every entry that had to go.
  template <typename Forget>
  Entry& Touch(uint64_t key, int64_t now_ns, Forget forget) {
    uint32_t node = Lookup(key);
    if (node == kNone) {
      Expire(now_ns, forget);
      if (size() >= max_entries_) Evict(oldest_, forget);
      node = Insert(key);
    } else {
      Unlink(node);
    }
    LinkNewest(node);
    nodes_[node].seen_ns = now_ns;
    return nodes_[node].entry;
  }
  Entry& Touch(uint64_t key, int64_t now_ns) {
    return Touch(key, now_ns, [](Entry&) {});
  }

  // Forgets what was not touched for max_age.  A new entry does so by itself.
  template <typename Forget>
  void Expire(int64_t now_ns, Forget forget) {
    while (oldest_ != kNone && now_ns - max_age_ns_ > nodes_[oldest_].seen_ns) Evict(oldest_, forget);
  }

  // True if there was one.
  bool Erase(uint64_t key) {
    const uint32_t node = Lookup(key);
    if (node == kNone) return false;
    Remove(node);
    return true;
  }

  // Forgets every entry for which `gone(Entry&)` is true; these do not count as evicted.
  template <typename Predicate>
  void EraseIf(Predicate gone) {
    for (uint32_t node = oldest_; node != kNone;) {
      const uint32_t newer = nodes_[node].newer;
      if (gone(nodes_[node].entry)) Remove(node);
      node = newer;
    }
  }

  template <typename Function>
  void ForEach(Function function) {
    for (uint32_t node = oldest_; node != kNone; node = nodes_[node].newer) function(nodes_[node].entry);
  }

  void Clear() {
    nodes_.clear();
    slots_.clear();
    free_ = oldest_ = newest_ = kNone;
    by_key_count_ = 0;
  }

  void Save(ByteWriter& out) const {
    out.Put(evicted_);
    out.Put(static_cast<uint32_t>(sizeof(Entry)));
    out.Put(static_cast<uint32_t>(size()));
    for (uint32_t node = oldest_; node != kNone; node = nodes_[node].newer) {
      out.Put(nodes_[node].key);
      out.Put(nodes_[node].seen_ns);
      out.PutBytes({reinterpret_cast<const char*>(&nodes_[node].entry), sizeof(Entry)});
    }
  }

  bool Restore(ByteReader& in) {
    Clear();
    evicted_ = in.Get<uint64_t>();
    const auto entry_size = in.Get<uint32_t>();
    const auto count = in.Get<uint32_t>();
    if (!in.ok() || entry_size != sizeof(Entry)) return false;
    for (uint32_t i = 0; i < count && in.ok(); ++i) {
      const auto key = in.Get<uint64_t>();
      const auto seen_ns = in.Get<int64_t>();
      const std::string_view bytes = in.GetBytes();
      if (bytes.size() != sizeof(Entry) || Lookup(key) != kNone) break;
      if (size() == max_entries_) Remove(oldest_);  // a smaller table than the one that was saved
      const uint32_t node = Insert(key);
      LinkNewest(node);
      nodes_[node].seen_ns = seen_ns;
      std::memcpy(&nodes_[node].entry, bytes.data(), sizeof(Entry));
    }
    if (in.ok() && size() == std::min<size_t>(count, max_entries_)) return true;
    Clear();
    return false;
  }

 private:
  static constexpr uint32_t kNone = UINT32_MAX;

  struct Node {
    uint64_t key;
    int64_t seen_ns;
    uint32_t older;  // also the chain of free nodes
    uint32_t newer;
    Entry entry;
  };

  // slots_ is an open-addressing table of node numbers: a power of two, at most two thirds full, linear
  // probing.
  size_t Home(uint64_t key) const { return static_cast<size_t>(key) & (slots_.size() - 1); }

  size_t SlotOf(uint64_t key) const {
    size_t slot = Home(key);
    while (slots_[slot] != kNone && nodes_[slots_[slot]].key != key) slot = (slot + 1) & (slots_.size() - 1);
    return slot;
  }

  uint32_t Lookup(uint64_t key) const { return slots_.empty() ? kNone : slots_[SlotOf(key)]; }

  uint32_t Insert(uint64_t key) {
    if ((size() + 1) * 3 > slots_.size() * 2) Grow();
    uint32_t node = free_;
    if (node != kNone) {
      free_ = nodes_[node].older;
    } else {
      node = static_cast<uint32_t>(nodes_.size());
      nodes_.emplace_back();
    }
    nodes_[node].key = key;
    nodes_[node].entry = Entry{};
    slots_[SlotOf(key)] = node;
    ++by_key_count_;
    return node;
  }

  void Grow() {
    slots_.assign(std::max<size_t>(slots_.size() * 2, 64), kNone);
    for (uint32_t node = oldest_; node != kNone; node = nodes_[node].newer)
      slots_[SlotOf(nodes_[node].key)] = node;
  }

  void Remove(uint32_t node) {
    EraseSlot(SlotOf(nodes_[node].key));
    Unlink(node);
    nodes_[node].older = free_;
    free_ = node;
    --by_key_count_;
  }

  // Closes the gap at `slot` by moving back what was pushed past it.
  void EraseSlot(size_t slot) {
    const size_t mask = slots_.size() - 1;
    for (size_t next = (slot + 1) & mask; slots_[next] != kNone; next = (next + 1) & mask) {
      const size_t home = Home(nodes_[slots_[next]].key);
      if (((next - home) & mask) >= ((next - slot) & mask)) {
        slots_[slot] = slots_[next];
        slot = next;
      }
    }
    slots_[slot] = kNone;
  }

  void LinkNewest(uint32_t node) {
    nodes_[node].older = newest_;
    nodes_[node].newer = kNone;
    (newest_ == kNone ? oldest_ : nodes_[newest_].newer) = node;
    newest_ = node;
  }

  void Unlink(uint32_t node) {
    const auto [older, newer] = std::pair{nodes_[node].older, nodes_[node].newer};
    (older == kNone ? oldest_ : nodes_[older].newer) = newer;
    (newer == kNone ? newest_ : nodes_[newer].older) = older;
  }

  template <typename Forget>
  void Evict(uint32_t node, Forget forget) {
    forget(nodes_[node].entry);
    Remove(node);
    ++evicted_;
  }

  const size_t max_entries_;
  const int64_t max_age_ns_;
  std::vector<Node> nodes_;
  std::vector<uint32_t> slots_;
  uint32_t free_ = kNone;
  uint32_t oldest_ = kNone;
  uint32_t newest_ = kNone;
  size_t by_key_count_ = 0;
  uint64_t evicted_ = 0;
};

}  // namespace mta
