// The metrics that only qmail has (METRICS.md section 5).
#pragma once

#include "exporter/events/events.h"

namespace mta::qmail {

inline constexpr SpecificMetric kConcurrency = {
    "mta_qmail_concurrency",
    "Deliveries under way by channel, summed over the qmail-sends of this log: status: lines.",
    SpecificMetric::Type::kGauge,
    {"channel"}};

inline constexpr SpecificMetric kConcurrencyLimit = {
    "mta_qmail_concurrency_limit",
    "Most deliveries that may be under way by channel, summed over the qmail-sends of this log: status: "
    "lines.",
    SpecificMetric::Type::kGauge,
    {"channel"}};

inline constexpr SpecificMetric kDeliveriesLost = {
    "mta_qmail_deliveries_lost_total",
    "Deliveries that were started and had no result when qmail-send ended or began anew: starting delivery "
    "lines without their delivery line.",
    SpecificMetric::Type::kCounter,
    {"channel"},
    "local remote"};

inline constexpr const SpecificMetric* kQmailMetrics[] = {&kConcurrency, &kConcurrencyLimit,
                                                          &kDeliveriesLost};

}  // namespace mta::qmail
