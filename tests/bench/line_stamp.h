// LineStamp: what the logger puts before a line, for a clock that only goes forward.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mta::bench {

enum class StampKind : uint8_t {
  kSyslog,   // `Nov 22 10:43:10 host `, UTC
  kRfc3339,  // `2026-11-22T10:43:10.123456+00:00 host `
  kTai64n,   // `@400000006b02c6dd01b6221c `
};

std::optional<StampKind> StampKindOf(std::string_view name);

class LineStamp {
 public:
  LineStamp(StampKind kind, std::string host) : kind_(kind), host_(std::move(host)) {}

  // Appends the stamp of the moment `time_ns` since 1970.
  void Append(int64_t time_ns, std::string& out);

 private:
  void RenderSecond(int64_t second);

  StampKind kind_;
  std::string host_;
  int64_t second_ = -1;  // the one that text_ was made for
  std::string text_;
};

}  // namespace mta::bench
