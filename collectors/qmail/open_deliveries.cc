#include "collectors/qmail/open_deliveries.h"

#include <algorithm>
#include <cstring>

namespace mta::qmail {
namespace {

uint64_t KeyOf(uint64_t instance, uint64_t number) {
  return Hash({reinterpret_cast<const char*>(&number), sizeof number}, instance);
}

}  // namespace

void OpenDelivery::set_id(std::string_view id) {
  id_size = static_cast<uint8_t>(std::min(id.size(), sizeof id_bytes));
  std::memcpy(id_bytes, id.data(), id_size);
}

void OpenDelivery::set_recipient(std::string_view recipient) {
  recipient_size = static_cast<uint8_t>(std::min<size_t>(recipient.size(), UINT8_MAX));
  std::memcpy(recipient_bytes, recipient.data() + recipient.size() - recipient_size, recipient_size);
}

OpenDelivery& OpenDeliveries::Start(uint64_t instance, uint64_t number, int64_t now_ns, PerChannel& lost) {
  lost = {};
  const Instance* known = instances_.Find(instance);
  if (known != nullptr && number <= known->last_number) lost = Lose(instance);
  OpenDelivery& delivery = deliveries_.Touch(KeyOf(instance, number), now_ns,
                                             [this](OpenDelivery& forgotten) { Closed(forgotten.instance); });
  // A new one is empty already.
  if (delivery.instance != 0) delivery = OpenDelivery{};
  delivery.instance = instance;
  Instance& owner = instances_.Touch(instance, now_ns);
  owner.last_number = number;
  ++owner.open;
  return delivery;
}

OpenDelivery* OpenDeliveries::Find(uint64_t instance, uint64_t number) {
  return deliveries_.Find(KeyOf(instance, number));
}

void OpenDeliveries::Close(uint64_t instance, uint64_t number) {
  if (deliveries_.Erase(KeyOf(instance, number))) Closed(instance);
}

void OpenDeliveries::Closed(uint64_t instance) {
  Instance* owner = instances_.Find(instance);
  if (owner != nullptr && owner->open > 0) --owner->open;
}

bool OpenDeliveries::AnyOpen(uint64_t instance) {
  const Instance* owner = instances_.Find(instance);
  return owner != nullptr && owner->open > 0;
}

PerChannel OpenDeliveries::Lose(uint64_t instance) {
  PerChannel lost = {};
  if (!AnyOpen(instance)) return lost;
  deliveries_.EraseIf([&](const OpenDelivery& delivery) {
    if (delivery.instance != instance) return false;
    ++lost[static_cast<size_t>(delivery.channel)];
    return true;
  });
  instances_.Find(instance)->open = 0;
  return lost;
}

void OpenDeliveries::Restarted(uint64_t instance) {
  if (Instance* owner = instances_.Find(instance)) owner->last_number = 0;
}

void OpenDeliveries::Clear() {
  deliveries_.Clear();
  instances_.Clear();
}

void OpenDeliveries::Save(ByteWriter& out) const {
  deliveries_.Save(out);
  instances_.Save(out);
}

bool OpenDeliveries::Restore(ByteReader& in) {
  if (!deliveries_.Restore(in) || !instances_.Restore(in)) return false;
  bool whole = true;
  deliveries_.ForEach([&](const OpenDelivery& delivery) {
    whole = whole && delivery.id_size <= sizeof delivery.id_bytes && delivery.channel <= Channel::kOther;
  });
  return whole;
}

}  // namespace mta::qmail
