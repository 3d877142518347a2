// Numbers and foreign text as a person reads them in HTML.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mta {

// Safe between tags and in quoted attributes: markup characters escaped, and what is no valid text, turns the
// direction of writing or controls anything replaced.  Cut at 1 KiB.
std::string Html(std::string_view text);

std::string HumanCount(uint64_t count);    // 1,234,567
std::string HumanRate(double per_second);  // 0, 0.02, 4.5, 1,234
std::string HumanBytes(uint64_t bytes);    // 0 B, 999 B, 1.5 KiB, 12 MiB
std::string HumanShare(uint64_t part,
                       uint64_t whole);  // 99.9 %; 0 and 100 only where it is all or nothing; - of nothing
std::string HumanAge(double seconds);    // just now, 12 s ago, 5 min ago, 3 h ago, 2 d ago, in 5 min
std::string UtcTime(double seconds);     // 2026-11-24 02:15:42 UTC; since 1970

}  // namespace mta
