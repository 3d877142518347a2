// What became of the mail, by source: a few numbers for people out of a frozen view.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "exporter/metrics/view.h"

namespace mta {

struct DeliverySummary {
  uint64_t sent = 0;
  uint64_t deferred = 0;
  uint64_t bounced = 0;
  std::vector<std::pair<std::string, uint64_t>> reasons;  // of failures, most frequent first
  std::optional<uint64_t> open_messages;                  // in the queue now, where the log tells
  std::vector<std::string> mtas;                          // whose deliveries they are
};

// From mta_delivery_attempts_total and mta_delivery_failures_total with hop="final", and
// mta_messages_in_flight; by the label `source`.
using DeliverySummaries = std::map<std::string, DeliverySummary, std::less<>>;
DeliverySummaries SummariseDeliveries(const View& view);

}  // namespace mta
