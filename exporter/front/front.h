// Front: what clients meet.  It accepts, does TLS and passwords, reads whole requests within a time, and
// passes clean ones on to the server behind it; answers go out as fast as the client takes them.
//
// One thread on libevent; one more compares passwords.  No client can hold more than its own connection:
// there is a limit for connections (the oldest that has not finished its request goes first), for the size of
// a head, the time it may take, requests under way (503 beyond) and the time to take an answer.  What a
// client sends is never trusted and never logged.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "exporter/base/env.h"
#include "exporter/base/result.h"
#include "exporter/front/backend.h"
#include "exporter/front/listener.h"
#include "exporter/front/web_config_watch.h"

namespace mta {

struct FrontOptions {
  size_t max_connections = 512;
  size_t max_requests = 40;  // as the Go exporters: --web.max-requests; half of them from one address
  int64_t handshake_and_head_ns = 5'000'000'000;
  int64_t idle_ns = 150'000'000'000;       // Prometheus asks more often
  int64_t answer_ns = 10'000'000'000;      // to take a whole answer
  int64_t slow_reader_ns = 1'000'000'000;  // from then on it makes room where there is none
};

// What the front and the server behind it share; another at each call.
std::string MakeSecret();

class Front {
 public:
  // Starts the threads.  SIGPIPE is ignored from here on.  `listeners`, `watch` and `env` must outlive the
  // front.
  static Result<std::unique_ptr<Front>> Start(std::span<const Listener> listeners, BackendOptions backend,
                                              FrontOptions options, WebConfigWatch& watch, Env& env);
  // Waits for answers under way, but not for long.
  ~Front();
  Front(const Front&) = delete;
  Front& operator=(const Front&) = delete;

 private:
  class Loop;
  explicit Front(std::unique_ptr<Loop> loop);

  std::unique_ptr<Loop> loop_;
};

}  // namespace mta
