// The values of the configuration file that are more than a text: numbers with their units, and their bounds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "exporter/base/result.h"
#include "exporter/front/listen_address.h"

namespace mta {

// `1s`, `500ms`, `7d`, `1h30m`: whole numbers with ms, s, m, h, d or w, the larger unit first.
Result<int64_t> ParseDurationNs(std::string_view text);

// `4096`, `64KiB`, `8MiB`, `1GiB`.
Result<uint64_t> ParseSizeBytes(std::string_view text);

Result<uint64_t> ParseCount(std::string_view text);
// Decimal, finite.
Result<double> ParseNumber(std::string_view text);
// `true` or `false`, and no other word of YAML's.
Result<bool> ParseBool(std::string_view text);

// A text that stands for itself: not empty, at most 4096 bytes, UTF-8 without control characters.
Result<std::string> ParseText(std::string_view text);
// The value of a label: as above, at most 128 bytes.
Result<std::string> ParseLabel(std::string_view text);
// `/...`: what a relative path names depends on where the program was started.
Result<std::string> ParseAbsolutePath(std::string_view text);
// `gmail.com`, `*.google.com`; lower case, without the trailing dot.
Result<std::string> ParseDomainPattern(std::string_view text);
// `127.0.0.1:10024`, `[::1]:10024`; `127.0.0.1` for every port of it; `private/filter`, a unix socket.
Result<std::string> ParseRelay(std::string_view text);

// `127.0.0.1:9025`, `[::1]:9025`, `:9025`, `localhost:9025`.  Other names are refused: a reload shall not
// hang on a name server.
Result<ListenAddress> ParseWebAddress(std::string_view text);
// `/metrics`: a path that no page of the exporter's own has.
Result<std::string> ParseTelemetryPath(std::string_view text);

}  // namespace mta
