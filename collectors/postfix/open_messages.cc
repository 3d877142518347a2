#include "collectors/postfix/open_messages.h"

#include "exporter/base/swar.h"

namespace mta::postfix {

// The same as MessageKey(); a log has few hosts, so the host is hashed when it changes.
uint64_t OpenMessages::KeyOf(std::string_view host, std::string_view queue_id) {
  if (!SameWord(host, host_)) {
    host_ = host;
    host_hash_ = Hash(host);
  }
  return Hash(queue_id, host_hash_);
}

Message& OpenMessages::Touch(uint64_t key, const Moment& moment) {
  return table_.Touch(key, moment.now_ns, [&](Message& forgotten) { SetActive(forgotten, false, moment); });
}

Message& OpenMessages::Begin(uint64_t key, const Moment& moment) {
  Message& message = Touch(key, moment);
  SetActive(message, false, moment);
  return message = Message{};
}

void OpenMessages::Forget(uint64_t key, const Moment& moment) {
  Message* const message = table_.Find(key);
  if (message == nullptr) return;
  SetActive(*message, false, moment);
  table_.Erase(key);
}

void OpenMessages::SetActive(Message& message, bool active, const Moment& moment) {
  if (message.active == active) return;
  message.active = active;
  in_flight_ = active ? in_flight_ + 1 : in_flight_ - 1;
  moment.sink.On(moment.record, MessagesInFlight{in_flight_});
}

void OpenMessages::Clear() {
  table_.Clear();
  in_flight_ = 0;
}

bool OpenMessages::Restore(ByteReader& in) {
  in_flight_ = 0;
  if (!table_.Restore(in)) return false;
  table_.ForEach([this](const Message& message) { in_flight_ += message.active ? 1 : 0; });
  return true;
}

}  // namespace mta::postfix
