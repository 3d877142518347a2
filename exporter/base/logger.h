// Logger: what the exporter says of itself, one line an event, on standard error.
//
// logfmt (ts=… level=info msg="…" key=value) or JSON.  Bad input is counted, not logged; what is logged is
// our own doing and our own failures.  Any thread; a line is written whole.
#pragma once

#include <cstdio>
#include <initializer_list>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace mta {

enum class LogLevel { kDebug, kInfo, kWarn, kError };
enum class LogFormat { kLogfmt, kJson };

class Logger {
 public:
  using Field = std::pair<std::string_view, std::string>;
  using Fields = std::initializer_list<Field>;

  // Borrows `out`.
  explicit Logger(std::FILE* out, LogLevel least = LogLevel::kInfo, LogFormat format = LogFormat::kLogfmt)
      : out_(out), least_(least), format_(format) {}

  void Debug(std::string_view message, Fields fields = {}) { Write(LogLevel::kDebug, message, fields); }
  void Info(std::string_view message, Fields fields = {}) { Write(LogLevel::kInfo, message, fields); }
  void Warn(std::string_view message, Fields fields = {}) { Write(LogLevel::kWarn, message, fields); }
  void Error(std::string_view message, Fields fields = {}) { Write(LogLevel::kError, message, fields); }

 private:
  void Write(LogLevel level, std::string_view message, Fields fields);

  std::FILE* const out_;
  const LogLevel least_;
  const LogFormat format_;
  std::mutex mutex_;
};

}  // namespace mta
