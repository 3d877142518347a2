// The metrics that only Postfix has (METRICS.md section 5).
#pragma once

#include "exporter/events/events.h"

namespace mta::postfix {

inline constexpr SpecificMetric kAddressProbes = {
    "mta_postfix_address_probes_total",
    "Address verification probes by result: delivery lines with status=deliverable or undeliverable.",
    SpecificMetric::Type::kCounter,
    {"status"},
    "deliverable undeliverable"};

inline constexpr SpecificMetric kQueueActivations = {
    "mta_postfix_queue_activations_total",
    "Messages that entered the active queue, once for every attempt: qmgr lines that end in (queue active)."};

inline constexpr SpecificMetric kPostscreenEvents = {
    "mta_postfix_postscreen_events_total",
    "What postscreen found out about clients: PASS NEW, PREGREET, DNSBL, HANGUP and its other lines.",
    SpecificMetric::Type::kCounter,
    {"event"}};

inline constexpr SpecificMetric kCleanupActions = {
    "mta_postfix_cleanup_actions_total",
    "Actions of header checks, body checks and content milters: cleanup lines QID: ACTION: ...",
    SpecificMetric::Type::kCounter,
    {"action"}};

inline constexpr SpecificMetric kSmtpdActions = {"mta_postfix_smtpd_actions_total",
                                                 "Actions of smtpd restrictions and milters other than "
                                                 "rejects: smtpd lines QID|NOQUEUE: ACTION: STAGE from ...",
                                                 SpecificMetric::Type::kCounter,
                                                 {"action"}};

inline constexpr SpecificMetric kAnvilPeak = {
    "mta_postfix_anvil_peak",
    "Highest client rate or count in anvil's last report: anvil lines statistics: max ...",
    SpecificMetric::Type::kGauge,
    {"statistic"}};

inline constexpr const SpecificMetric* kPostfixMetrics[] = {
    &kAddressProbes, &kQueueActivations, &kPostscreenEvents, &kCleanupActions, &kSmtpdActions, &kAnvilPeak};

}  // namespace mta::postfix
