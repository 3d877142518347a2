// Clients: the front's connections, oldest first, and who of them has to go where there are too many.  The
// front's thread only.
#pragma once

#include <cstdint>
#include <map>
#include <memory>

#include "exporter/base/env.h"
#include "exporter/front/connection.h"
#include "exporter/front/front.h"

namespace mta {

class Clients {
 public:
  Clients(const FrontOptions& options, Env& env) : options_(options), env_(env) {}

  void Add(std::unique_ptr<Connection> client) { clients_.emplace(client->ticket(), std::move(client)); }
  Connection* Find(uint64_t ticket);  // null: it is gone
  void End(const Connection& client) { clients_.erase(client.ticket()); }
  void Clear() { clients_.clear(); }
  bool empty() const { return clients_.empty(); }

  bool HasRoom() const { return clients_.size() < options_.max_connections; }
  // Ends the oldest one that has not finished its request, or else one that is slow to take its answer.
  bool MakeRoom();
  // Whether the request of `asking` is not one too many: of all, or of those of its address, which may have
  // half.  A slow reader is no reason to turn another away: it has to go.
  bool MayAsk(const Connection& asking);

  // Those that take longer than they may.
  void EndThoseWhoAreLate();
  // Those that wait for nothing from us.
  void EndThoseWhoDoNotAsk();

 private:
  bool IsSlowReader(const Connection& client) const;
  int64_t PatienceFor(Connection::State state) const;

  const FrontOptions options_;
  Env& env_;
  std::map<uint64_t, std::unique_ptr<Connection>> clients_;
};

}  // namespace mta
