// How a command ends, and how it says why.
#pragma once

#include <cstdio>
#include <string>

namespace mta {

// Exit statuses (METRICS.md section 7).
constexpr int kExitDone = 0;
constexpr int kExitFailed = 1;
constexpr int kExitWrongUsage = 2;

// One line that says what could not be done; gives kExitFailed.
int Complain(std::FILE* err, const std::string& message);

}  // namespace mta
