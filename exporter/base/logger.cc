#include "exporter/base/logger.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>

namespace mta {
namespace {

constexpr std::string_view kLevels[] = {"debug", "info", "warn", "error"};

std::string Now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(static_cast<std::time_t>(ms / 1000)),
                     ms % 1000);
}

// A value as logfmt wants it: bare where it can be, else quoted and escaped as JSON does.
std::string Quoted(std::string_view value) {
  const bool bare =
      !value.empty() && value.find_first_of(" \"=\\") == std::string_view::npos &&
      std::all_of(value.begin(), value.end(), [](unsigned char c) { return c > 0x20 && c != 0x7f; });
  if (bare) return std::string(value);
  return nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

void Logger::Write(LogLevel level, std::string_view message, Fields fields) {
  if (level < least_) return;
  const std::string_view name = kLevels[static_cast<size_t>(level)];
  std::string line;
  if (format_ == LogFormat::kJson) {
    nlohmann::ordered_json object = {{"ts", Now()}, {"level", name}, {"msg", message}};
    for (const auto& [key, value] : fields) object[std::string(key)] = value;
    line = object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  } else {
    line = fmt::format("ts={} level={} msg={}", Now(), name, Quoted(message));
    for (const auto& [key, value] : fields) line += fmt::format(" {}={}", key, Quoted(value));
  }
  line += '\n';
  const std::lock_guard lock(mutex_);
  std::fwrite(line.data(), 1, line.size(), out_);
  std::fflush(out_);
}

}  // namespace mta
