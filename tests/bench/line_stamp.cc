#include "tests/bench/line_stamp.h"

#include <fmt/format.h>

#include <ctime>
#include <iterator>

namespace mta::bench {
namespace {

constexpr int64_t kNanos = 1'000'000'000;
constexpr int64_t kTaiLabel =
    (int64_t{1} << 62) + 10;  // TAI64 label of 1970-01-01, TAI being 10 s ahead then

}  // namespace

std::optional<StampKind> StampKindOf(std::string_view name) {
  if (name == "syslog") return StampKind::kSyslog;
  if (name == "rfc3339") return StampKind::kRfc3339;
  if (name == "tai64n") return StampKind::kTai64n;
  return std::nullopt;
}

void LineStamp::Append(int64_t time_ns, std::string& out) {
  const int64_t second = time_ns / kNanos;
  const int64_t rest = time_ns % kNanos;
  if (second != second_) RenderSecond(second);
  out += text_;
  if (kind_ == StampKind::kRfc3339) {
    fmt::format_to(std::back_inserter(out), ".{:06}+00:00 {} ", rest / 1000, host_);
  } else if (kind_ == StampKind::kTai64n) {
    fmt::format_to(std::back_inserter(out), "{:08x} ", rest);
  }
}

void LineStamp::RenderSecond(int64_t second) {
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  second_ = second;
  if (kind_ == StampKind::kTai64n) {
    text_ = fmt::format("@{:016x}", kTaiLabel + second);
    return;
  }
  const std::time_t time = second;
  std::tm utc{};
  gmtime_r(&time, &utc);
  if (kind_ == StampKind::kRfc3339) {
    text_ = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", utc.tm_year + 1900, utc.tm_mon + 1,
                        utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec);
  } else {
    text_ = fmt::format("{} {:2} {:02}:{:02}:{:02} {} ", kMonths[utc.tm_mon], utc.tm_mday, utc.tm_hour,
                        utc.tm_min, utc.tm_sec, host_);
  }
}

}  // namespace mta::bench
