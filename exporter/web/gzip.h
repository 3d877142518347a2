// Gzip for an answer's body.
#pragma once

#include <string>
#include <string_view>

namespace mta {

// At zlib's fastest level: an exposition still shrinks to about a tenth.  Throws std::bad_alloc where memory
// is short.
std::string Gzip(std::string_view plain);

}  // namespace mta
