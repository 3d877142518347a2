// What a scan of an MTA's queue directories found.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/queue/powers_of_ten.h"

namespace mta {

// One queue, as mta_queue_* shows it.
struct QueueFigures {
  std::string queue;  // label `queue`: deferred, mqueue, remote, …
  uint64_t messages = 0;
  uint64_t bytes = 0;
  std::optional<int64_t> oldest_seconds = {};  // when the oldest message arrived, since 1970 UTC
  int64_t now_seconds = 0;                     // of the scan; 0: `ages` are not wanted
  PowersOfTen sizes = {};                      // bytes of each message
  PowersOfTen ages = {};                       // seconds since each arrived

  void Add(uint64_t message_bytes, std::optional<int64_t> arrival_seconds) {
    ++messages;
    bytes += message_bytes;
    sizes.Observe(message_bytes);
    if (now_seconds != 0 && arrival_seconds)
      ages.Observe(static_cast<uint64_t>(std::max<int64_t>(0, now_seconds - *arrival_seconds)));
    SetOldest(arrival_seconds);
  }
  void SetOldest(std::optional<int64_t> arrival_seconds) {
    if (arrival_seconds && (!oldest_seconds || *arrival_seconds < *oldest_seconds))
      oldest_seconds = arrival_seconds;
  }
};

struct QueueReport {
  // Those that were read to their end; a queue that was not has no figures, which are better than wrong ones.
  std::vector<QueueFigures> queues = {};
  std::vector<std::string> unread = {};  // the names of those that were not
  // One line each, for a person: what could not be read, and what would help.  Empty: the scan succeeded.
  std::vector<std::string> problems = {};

  // Figures of a queue that may be there already (a second spool of the same source).
  void Add(const QueueFigures& figures) {
    for (QueueFigures& mine : queues) {
      if (mine.queue != figures.queue) continue;
      mine.messages += figures.messages;
      mine.bytes += figures.bytes;
      mine.sizes.Add(figures.sizes);
      mine.ages.Add(figures.ages);
      mine.SetOldest(figures.oldest_seconds);
      return;
    }
    queues.push_back(figures);
  }
  const QueueFigures* Find(std::string_view queue) const {
    for (const QueueFigures& figures : queues) {
      if (figures.queue == queue) return &figures;
    }
    return nullptr;
  }
};

}  // namespace mta
