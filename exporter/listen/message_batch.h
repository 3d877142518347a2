// MessageBatch: messages one behind the other in one piece of memory, which is kept when the batch is
// emptied.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace mta {

class MessageBatch {
 public:
  void Add(std::string_view message) {
    AddHead(message.size());
    bytes_.append(message);
  }
  // One that was too long to be kept; of it only the size.
  void AddOversized(uint64_t size) { AddHead(kOversized | size); }

  // on_message(std::string_view), on_oversized(uint64_t bytes), in the order of their arrival.
  template <typename OnMessage, typename OnOversized>
  void ForEach(OnMessage on_message, OnOversized on_oversized) const {
    std::string_view rest = bytes_;
    while (!rest.empty()) {
      uint64_t head = 0;
      std::memcpy(&head, rest.data(), sizeof head);
      rest.remove_prefix(sizeof head);
      if ((head & kOversized) != 0) {
        on_oversized(head & ~kOversized);
      } else {
        on_message(rest.substr(0, head));
        rest.remove_prefix(head);
      }
    }
  }

  size_t size_bytes() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }
  void Clear() { bytes_.clear(); }
  void Append(const MessageBatch& other) { bytes_.append(other.bytes_); }
  void Swap(MessageBatch& other) { bytes_.swap(other.bytes_); }

 private:
  static constexpr uint64_t kOversized = 1ULL << 63;
  void AddHead(uint64_t head) { bytes_.append(reinterpret_cast<const char*>(&head), sizeof head); }
  std::string bytes_;
};

}  // namespace mta
