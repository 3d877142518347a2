// Points in time as a person writes and reads them: in the zone of the process.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "exporter/base/result.h"

namespace mta {

// 2026-11-22 | 2026-11-22 10:41[:23] | 2026-11-22T10:41:23Z | …+01:00 | 10:41[:23] (today) | today |
// yesterday | now | 90s ago | 15m ago | 2h ago | 3d ago | 1w ago | @1795344083 (seconds since 1970, with a
// fraction or without, as Prometheus gives them).  `now_ns`: the time it is.
Result<int64_t> ParseMoment(std::string_view text, int64_t now_ns);

std::string DateText(int64_t time_ns);  // Sun 22 Nov 2026
std::string TimeText(int64_t time_ns);  // 10:41:23
bool SameDay(int64_t a_ns, int64_t b_ns);
std::string Rfc3339(int64_t time_ns);  // 2026-11-22T10:41:23.123Z

// 0.07 s, 12 s, 3 min 20 s, 2 h 5 min, 3 d 4 h.
std::string DurationText(double seconds);
std::string SizeText(uint64_t bytes);  // 961 bytes, 1.2 kB, 3.4 MB

}  // namespace mta
