// Result<T>: a value, or an Error that says in one line what went wrong, where, and what would mend it.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace mta {

struct Error {
  std::string message;  // one line for a person: names the file, the key or the line, and the fix
  int system_code = 0;  // errno where the operating system refused, else 0
};

template <typename T>
using Result = tl::expected<T, Error>;

// Result of something that yields nothing.
using Outcome = tl::expected<void, Error>;

inline tl::unexpected<Error> Fail(std::string message, int system_code = 0) {
  return tl::unexpected<Error>(Error{std::move(message), system_code});
}

}  // namespace mta
