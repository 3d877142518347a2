// Lines that are known by their words alone.  Pure functions, any thread.
#pragma once

#include <string_view>

namespace mta::qmail {

// What follows `warning: ` or `alert: ` is one of qmail-send's own texts (qmail 1.03 to notqmail 1.09, the
// ext-todo patch).  Asked only where nothing else says that the line is qmail's.
bool IsProblemText(std::string_view text);

// A line of qmail or its company that feeds no metric.
bool IsIgnoredLine(std::string_view text);

}  // namespace mta::qmail
