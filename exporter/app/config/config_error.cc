#include "exporter/app/config/config_error.h"

#include <fmt/format.h>

#include <algorithm>

#include "exporter/metrics/label_value.h"

namespace mta {
namespace {

constexpr size_t kMostErrors = 100;
constexpr size_t kLongestKey = 200;
constexpr size_t kLongestMessage = 1000;

}  // namespace

std::string ConfigError::Text(std::string_view file) const {
  return fmt::format("{}:{}:{}: {}{}{}", file, line, column, key, key.empty() ? "" : ": ", message);
}

void ConfigErrors::Add(ConfigError error) {
  if (errors_.size() >= kMostErrors) return;
  error.key = SanitiseLabelValue(error.key, kLongestKey);  // both quote the file, and are one line
  error.message = SanitiseLabelValue(error.message, kLongestMessage);
  errors_.push_back(std::move(error));
}

std::vector<ConfigError> ConfigErrors::Take() {
  std::stable_sort(errors_.begin(), errors_.end(), [](const ConfigError& a, const ConfigError& b) {
    return std::pair(a.line, a.column) < std::pair(b.line, b.column);
  });
  return std::move(errors_);
}

}  // namespace mta
