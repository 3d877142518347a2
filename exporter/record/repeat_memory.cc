#include "exporter/record/repeat_memory.h"

#include <algorithm>
#include <cstring>

#include "exporter/base/swar.h"

namespace mta {

// Mostly that of the line before.
inline RepeatMemory::Slot& RepeatMemory::SlotOf(std::string_view host) {
  Slot& slot = slots_[current_];
  return slot.used != 0 && SameWord(slot.At(slot.host), host) ? slot : OtherSlotOf(host);
}

RepeatMemory::Slot& RepeatMemory::OtherSlotOf(std::string_view host) {
  const auto of_host = [host](const Slot& s) { return s.used != 0 && s.At(s.host) == host; };
  auto found = std::find_if(slots_.begin(), slots_.end(), of_host);
  if (found == slots_.end()) found = std::ranges::min_element(slots_, {}, &Slot::used);
  found->used = ++changes_;
  current_ = static_cast<size_t>(found - slots_.begin());
  return *found;
}

void RepeatMemory::Remember(const LogRecord& record) {
  Slot& slot = SlotOf(record.host);
  // The fields stand in one line, in this order; an empty one may point nowhere.
  const char* const begin = !record.host.empty()  ? record.host.data()
                            : !record.tag.empty() ? record.tag.data()
                            : !record.pid.empty() ? record.pid.data()
                                                  : record.message.data();
  const auto size = static_cast<size_t>(record.message.data() + record.message.size() - begin);
  if (record.message.empty() || size > kMaxBytes) {
    slot.used = 0;
    return;
  }
  const auto span = [begin](std::string_view field) {
    if (field.empty()) return Span{};
    return Span{static_cast<uint16_t>(field.data() - begin), static_cast<uint16_t>(field.size())};
  };
  if (slot.bytes.size() < size) slot.bytes.resize(size);
  std::memcpy(slot.bytes.data(), begin, size);
  slot.size = static_cast<uint16_t>(size);
  slot.host = span(record.host);
  slot.tag = span(record.tag);
  slot.pid = span(record.pid);
  slot.message = span(record.message);
}

bool RepeatMemory::Recall(LogRecord& record) const {
  for (const Slot& slot : slots_) {
    if (slot.used == 0 || slot.At(slot.host) != record.host) continue;
    const bool any_tag = record.tag.empty() || record.tag == "syslogd";
    if (!any_tag && slot.At(slot.tag) != record.tag) return false;
    record.tag = slot.At(slot.tag);
    record.pid = slot.At(slot.pid);
    record.message = slot.At(slot.message);
    return true;
  }
  return false;
}

void RepeatMemory::Save(ByteWriter& out) const {
  out.Put(changes_);
  out.Put(static_cast<uint8_t>(current_));
  for (const Slot& slot : slots_) {
    out.Put(slot.used);
    if (slot.used == 0) continue;
    out.PutBytes({slot.bytes.data(), slot.size});
    for (const Span span : {slot.host, slot.tag, slot.pid, slot.message}) {
      out.Put(span.offset);
      out.Put(span.size);
    }
  }
}

bool RepeatMemory::Restore(ByteReader& in) {
  *this = {};
  changes_ = in.Get<uint64_t>();
  current_ = in.Get<uint8_t>();
  bool sound = current_ < kHosts;
  for (Slot& slot : slots_) {
    slot.used = in.Get<uint64_t>();
    if (slot.used == 0) continue;
    const std::string_view bytes = in.GetBytes();
    slot.bytes.assign(bytes.begin(), bytes.end());
    slot.size = static_cast<uint16_t>(bytes.size());
    sound = sound && bytes.size() <= kMaxBytes;
    for (Span* span : {&slot.host, &slot.tag, &slot.pid, &slot.message}) {
      span->offset = in.Get<uint16_t>();
      span->size = in.Get<uint16_t>();
      sound = sound && span->offset + span->size <= slot.size;
    }
  }
  if (!in.ok() || !sound) *this = {};
  return in.ok() && sound;
}

}  // namespace mta
