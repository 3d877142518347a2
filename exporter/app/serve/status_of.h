// What every kind of source shows of itself.
#pragma once

#include <string>

#include "exporter/app/source/log_source.h"
#include "exporter/web/status.h"

namespace mta {

inline SourceStatus StatusOf(const LogSource& source, std::string mta, std::string input) {
  const SourceMetrics& metrics = source.metrics();
  SourceStatus status;
  status.name = source.name();
  status.mta = std::move(mta);
  status.file = std::move(input);
  status.parsed_lines = metrics.lines(Verdict::kParsed);
  status.ignored_lines = metrics.lines(Verdict::kIgnored);
  status.foreign_lines = metrics.lines(Verdict::kForeign);
  status.unrecognized_lines = metrics.lines(Verdict::kUnrecognized);
  status.last_line_seconds = metrics.last_line_seconds();
  status.position_bytes = metrics.bytes();
  status.warnings = source.Warnings();
  return status;
}

}  // namespace mta
