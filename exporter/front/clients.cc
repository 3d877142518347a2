#include "exporter/front/clients.h"

#include <algorithm>

namespace mta {
namespace {

using State = Connection::State;

constexpr int64_t kClosingNs = 1'000'000'000;
constexpr size_t kSmallAnswer = 4096;

bool IsUnderWay(const Connection& client) {
  return client.state() == State::kAnswering || client.state() == State::kWriting;
}

// As a refusal is: the requests of a flood are many in one turn of the loop.
bool IsAllButWritten(const Connection& client) {
  return client.state() == State::kWriting && client.unsent_bytes() < kSmallAnswer;
}

}  // namespace

Connection* Clients::Find(uint64_t ticket) {
  const auto known = clients_.find(ticket);
  return known != clients_.end() ? known->second.get() : nullptr;
}

bool Clients::IsSlowReader(const Connection& client) const {
  return client.state() == State::kWriting &&
         env_.MonotonicNs() - client.since_ns() >= options_.slow_reader_ns;
}

bool Clients::MakeRoom() {
  for (const bool readers : {false, true}) {
    const auto victim = std::ranges::find_if(clients_, [&](const auto& entry) {
      return readers ? IsSlowReader(*entry.second) : !IsUnderWay(*entry.second);
    });
    if (victim == clients_.end()) continue;
    clients_.erase(victim);
    return true;
  }
  return false;
}

bool Clients::MayAsk(const Connection& asking) {
  size_t all = 0, own = 0;
  for (const auto& [_, client] : clients_) {
    if (!IsUnderWay(*client) || IsAllButWritten(*client)) continue;
    ++all;
    if (client->address() == asking.address()) ++own;
  }
  const bool has_its_share = own > options_.max_requests / 2;
  if (!has_its_share && all <= options_.max_requests) return true;
  const auto slow = std::ranges::find_if(clients_, [&](const auto& entry) {
    const Connection& other = *entry.second;
    return &other != &asking && IsSlowReader(other) &&
           (!has_its_share || other.address() == asking.address());
  });
  if (slow == clients_.end()) return false;
  clients_.erase(slow);
  return true;
}

int64_t Clients::PatienceFor(State state) const {
  switch (state) {
    case State::kIdle:
      return options_.idle_ns;
    case State::kReading:
      return options_.handshake_and_head_ns;
    case State::kAnswering:
      return INT64_MAX;  // the backend's own
    case State::kWriting:
      return options_.answer_ns;
    case State::kClosing:
      return kClosingNs;
  }
  return 0;
}

void Clients::EndThoseWhoAreLate() {
  const int64_t now_ns = env_.MonotonicNs();
  std::erase_if(clients_, [&](const auto& entry) {
    return now_ns - entry.second->since_ns() >= PatienceFor(entry.second->state());
  });
}

void Clients::EndThoseWhoDoNotAsk() {
  std::erase_if(clients_, [](const auto& entry) {
    return entry.second->state() == State::kIdle || entry.second->state() == State::kClosing;
  });
}

}  // namespace mta
