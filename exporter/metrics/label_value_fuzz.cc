// Whatever a log line puts into a label: the result is short, sanitising it again changes nothing, and the
// only bytes beyond ASCII are whole characters.
#include <cstdint>
#include <cstdlib>

#include "exporter/metrics/label_value.h"

namespace {

// Independent of the code under test: counts continuation bytes only.
bool WholeCharacters(std::string_view text) {
  size_t missing = 0;
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    const bool continues = (byte & 0xC0) == 0x80;
    if (continues != (missing > 0)) return false;
    missing = continues ? missing - 1 : byte < 0x80 ? 0 : byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
  }
  return missing == 0;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view value(reinterpret_cast<const char*>(data), size);
  const std::string clean = mta::SanitiseLabelValue(value);
  if (clean.size() > mta::kMaxLabelValueBytes || !WholeCharacters(clean)) std::abort();
  if (mta::SanitiseLabelValue(clean) != clean) std::abort();
  if (mta::IsPlainLabelValue(value) && clean != value) std::abort();
  return 0;
}
