// What may stand in a label value.  Values come out of log lines, so anybody on the net may write them; one
// invalid byte would make Prometheus refuse the whole scrape.
#pragma once

#include <string>
#include <string_view>

namespace mta {

constexpr size_t kMaxLabelValueBytes = 128;

// True: `value` can be used as it is.  False: it needs SanitiseLabelValue(), which may find nothing to
// change.
bool IsPlainLabelValue(std::string_view value);

// `value` as valid UTF-8 of at most `max_bytes`, cut between characters.  Invalid bytes (one for
// every maximal ill-formed part, as the Unicode standard recommends), control characters and marks that turn
// the direction of the writing become U+FFFD.
std::string SanitiseLabelValue(std::string_view value, size_t max_bytes = kMaxLabelValueBytes);

}  // namespace mta
