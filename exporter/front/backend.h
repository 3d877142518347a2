// Backend: the front's few lasting connections to the server behind it (exporter/web/http_server.h).
//
// Requests wait in a queue for a free connection; one whose connection breaks before its answer began is
// asked once more on another.  The front's thread only.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "exporter/front/event_handles.h"
#include "exporter/front/request_head.h"

namespace mta {

struct BackendOptions {
  uint16_t port = 0;          // on 127.0.0.1
  std::string secret_header;  // Name: value
};

// An answer as it came: the head's lines without its empty one, and the body.
struct BackendAnswer {
  std::string head;
  EvBufferPtr body;
};

class Backend {
 public:
  // `done`: with nullptr where no answer is to be had.
  using Done = std::function<void(uint64_t ticket, BackendAnswer* answer)>;

  Backend(event_base* base, BackendOptions options, Done done);
  ~Backend();
  Backend(const Backend&) = delete;
  Backend& operator=(const Backend&) = delete;

  // `ticket` is not 0.  `request` is clean: ParseHead() gave it, and its path is plain.
  void Ask(uint64_t ticket, const RequestHead& request);
  // Gives up what takes longer than it may.
  void Tick(int64_t now_ns);

 private:
  struct Job {
    uint64_t ticket = 0;
    std::string request;
    int64_t asked_ns = 0;
    bool head_only = false;
    bool tried = false;
  };
  struct Trunk;

  void Work();
  void Open(Trunk& trunk);
  void Read(Trunk& trunk);
  void Broken(Trunk& trunk);

  event_base* const base_;
  const BackendOptions options_;
  const Done done_;
  std::deque<Job> waiting_;
  std::vector<std::unique_ptr<Trunk>> trunks_;
};

}  // namespace mta
