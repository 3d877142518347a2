// Conditions of rsyslog: `if EXPRESSION then`, and property filters `:programname, startswith, "postfix"`.
#pragma once

#include <string>
#include <string_view>

#include "exporter/app/discovery/rules.h"
#include "exporter/app/discovery/selector.h"

namespace mta {

Condition SelectorCondition(const Selector& selector);

// `expression` is what stands between if and then.  What is not understood is "maybe".
Condition ParseExpression(std::string_view expression);

// A property filter: property and comparison as written ("!contains" included), value without quotes.
Condition PropertyCondition(std::string_view property, std::string_view comparison, std::string_view value);

}  // namespace mta
