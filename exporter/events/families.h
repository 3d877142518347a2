// The metric families every MTA shares (METRICS.md sections 1 to 3 and 5), with what feeds them.
#pragma once

#include <vector>

#include "exporter/metrics/metric_store.h"

namespace mta {

// Upper bounds in seconds: from a local hand-over to five days in the queue.
std::vector<double> DefaultDelayBuckets();

struct Families {
  // deliveries: one recipient in one attempt
  FamilyId attempts, failures, enhanced_status, delay, attempt_duration, phase, destination_attempts,
      destination_delay, last_success;
  // messages
  FamilyId received, size, recipients, lifetime, expired, bounces, first_deferrals, in_flight;
  // inbound
  FamilyId connections, connections_lost, rejects, auth, tls, connection_errors;
  // daemons
  FamilyId problems, starts;
};

// Adds all of them to the store, or finds them there.
Families AddFamilies(MetricStore& store, const std::vector<double>& delay_buckets);

}  // namespace mta
