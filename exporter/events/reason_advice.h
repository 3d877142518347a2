// The reasons in plain words, with what usually helps: one table, shown by trace and by docs/metrics.md.
#pragma once

#include <string_view>

#include "exporter/events/reason.h"

namespace mta {

struct ReasonAdvice {
  Reason reason;
  std::string_view meaning;  // what happened
  std::string_view help;
};

const ReasonAdvice& AdviceOn(Reason reason);

}  // namespace mta
