// The metrics only sendmail has.
#pragma once

#include <array>

#include "exporter/events/events.h"

namespace mta::sendmail {

inline constexpr SpecificMetric kMilterActions = {
    .name = "mta_sendmail_milter_actions_total",
    .help =
        "What milters made sendmail do, by action (lines `Milter: …, reject=`, `Milter (NAME) add: header` "
        "…; "
        "header and recipient changes need LogLevel 9; error: `to error state`).",
    .labels = {"action", {}},
    .known_values =
        "reject tempfail discard quarantine add_header insert_header change_header delete_header "
        "add_recipient delete_recipient change_sender replace_body error"};

inline constexpr SpecificMetric kQueued = {
    .name = "mta_sendmail_queued_total",
    .help =
        "Recipients put into the queue without an attempt (to= lines with stat=queued; LogLevel 9 and up)."};

inline constexpr SpecificMetric kLoadRefusals = {
    .name = "mta_sendmail_load_refusals_total",
    .help =
        "Times a daemon began to reject connections because of load average, children or memory (lines "
        "`rejecting connections on daemon`; LogLevel 9 and up)."};

inline constexpr std::array<const SpecificMetric*, 3> kSpecificMetrics = {&kMilterActions, &kQueued,
                                                                          &kLoadRefusals};

}  // namespace mta::sendmail
