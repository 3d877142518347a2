// What somebody may have meant.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace mta {

// The word of `allowed` that `word` is a slip of, as `did you mean "log"?`; empty where it is none's.
std::string DidYouMean(std::string_view word, std::span<const std::string> allowed);

}  // namespace mta
