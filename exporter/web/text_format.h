// The pieces of a line of the Prometheus text formats (0.0.4 and OpenMetrics).  All append to a buffer; none
// depends on the locale.
#pragma once

#include <prometheus/client_metric.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mta {

// A sample's value: integers without a point (exact up to 2^53), others in the fewest digits that give the
// same double back, and NaN, +Inf, -Inf.
void AppendValue(std::string& out, double value);
void AppendCount(std::string& out, uint64_t count);

// A bucket bound as Prometheus 3 normalises it: always a float (1.0, 0.25, 432000.0, 1.048576e+06, +Inf).
// Prometheus 2 keeps what it gets, so that a series has the same name in both.
void AppendBound(std::string& out, double bound);

// name="value",name="value" - without braces; `value` is UTF-8 and gets its backslashes, quotes and newlines
// escaped.
void AppendLabels(std::string& out, const std::vector<prometheus::ClientMetric::Label>& labels);

// HELP text: backslashes and newlines escaped; quotes in OpenMetrics, too.
void AppendHelp(std::string& out, std::string_view help, bool escape_quotes = false);

}  // namespace mta
