#include "exporter/web/text_format.h"

#include <charconv>
#include <cmath>

namespace mta {
namespace {

// Enough for every shortest double below, and for 64-bit integers.
constexpr size_t kNumberChars = 32;
constexpr double kExactIntegers = 9007199254740992.0;  // 2^53

template <typename... Arguments>
void AppendChars(std::string& out, Arguments... arguments) {
  char digits[kNumberChars];
  const auto end = std::to_chars(digits, digits + sizeof digits, arguments...).ptr;
  out.append(digits, static_cast<size_t>(end - digits));
}

// True where it was not finite, and written.
bool AppendedNonFinite(std::string& out, double value) {
  if (std::isfinite(value)) return false;
  out += std::isnan(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
  return true;
}

void AppendEscaped(std::string& out, std::string_view text, bool quotes) {
  size_t kept_from = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c != '\\' && c != '\n' && !(quotes && c == '"')) continue;
    out.append(text, kept_from, i - kept_from);
    out += '\\';
    out += c == '\n' ? 'n' : c;
    kept_from = i + 1;
  }
  out.append(text, kept_from);
}

}  // namespace

void AppendCount(std::string& out, uint64_t count) {
  AppendChars(out, count);
}

void AppendValue(std::string& out, double value) {
  if (AppendedNonFinite(out, value)) return;
  if (std::abs(value) <= kExactIntegers && value == std::trunc(value))
    return AppendChars(out, static_cast<int64_t>(value));
  AppendChars(out, value);
}

void AppendBound(std::string& out, double bound) {
  if (AppendedNonFinite(out, bound)) return;
  const double size = std::abs(bound);
  // The normal form is that of Go's strconv.FormatFloat(bound, 'g', -1, 64): an exponent below 1e-4 and from
  // 1e6 on.
  if (size != 0 && (size < 1e-4 || size >= 1e6))
    return AppendChars(out, bound, std::chars_format::scientific);
  AppendChars(out, bound, std::chars_format::fixed);
  if (bound == std::trunc(bound)) out += ".0";
}

void AppendLabels(std::string& out, const std::vector<prometheus::ClientMetric::Label>& labels) {
  bool first = true;
  for (const auto& [name, value] : labels) {
    if (!first) out += ',';
    first = false;
    out += name;
    out += "=\"";
    AppendEscaped(out, value, true);
    out += '"';
  }
}

void AppendHelp(std::string& out, std::string_view help, bool escape_quotes) {
  AppendEscaped(out, help, escape_quotes);
}

}  // namespace mta
