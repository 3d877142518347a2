// Small closed vocabularies of Postfix's lines.
#pragma once

#include <string_view>

#include "exporter/events/events.h"

namespace mta::postfix {

// The beginning of a line that is no more than known: it feeds no metric.
bool IsKnownLine(std::string_view text);

// `milter-reject` as the label value milter_reject; `other` for a word Postfix does not have.
std::string_view ActionLabel(std::string_view action);

// Cause of `connect to N[A]:P: TEXT`, by the system's words (strerror).
ConnectionFault FaultOf(std::string_view text);

}  // namespace mta::postfix
