#include "collectors/qmail/concurrency.h"

namespace mta::qmail {

void Concurrency::Subtract(const Instance& instance) {
  for (size_t channel = 0; channel < kChannelCount; ++channel) {
    used_[channel] -= instance.used[channel];
    limit_[channel] -= instance.limit[channel];
  }
}

void Concurrency::Set(uint64_t instance, const StatusLine& status, int64_t now_ns) {
  const auto forget = [this](Instance& forgotten) { Subtract(forgotten); };
  instances_.Expire(now_ns, forget);
  Instance& said = instances_.Touch(instance, now_ns, forget);
  Subtract(said);
  said = {status.used, status.limit};
  for (size_t channel = 0; channel < kChannelCount; ++channel) {
    used_[channel] += said.used[channel];
    limit_[channel] += said.limit[channel];
    logged_[channel] = logged_[channel] || status.logged[channel];
  }
}

void Concurrency::Clear() {
  instances_.Clear();
  used_ = limit_ = {};
  logged_ = {};
}

void Concurrency::Save(ByteWriter& out) const {
  instances_.Save(out);
  for (const bool logged : logged_) out.Put(logged);
}

bool Concurrency::Restore(ByteReader& in) {
  Clear();
  if (!instances_.Restore(in)) return false;
  instances_.ForEach([this](const Instance& instance) {
    for (size_t channel = 0; channel < kChannelCount; ++channel) {
      used_[channel] += instance.used[channel];
      limit_[channel] += instance.limit[channel];
    }
  });
  for (bool& logged : logged_) logged = in.Get<uint8_t>() != 0;
  return in.ok();
}

}  // namespace mta::qmail
