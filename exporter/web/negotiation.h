// What a client wants to be answered in, by the q-values of its Accept and Accept-Encoding headers (RFC 9110
// section 12.5).  Anybody writes these headers; nonsense in them is passed over.
#pragma once

#include <string>
#include <string_view>

#include "exporter/web/family_writer.h"

namespace mta {

struct ExpositionFormat {
  TextFormat format = TextFormat::kPrometheus;
  std::string content_type;
};

// OpenMetrics where it is asked for by name and nothing is wanted more; else the text format, which also
// answers what cannot be satisfied.  Where the client speaks of `escaping` (Prometheus 3), so does the
// answer: names here need none, so that any way of it is true.
ExpositionFormat ChooseFormat(std::string_view accept);

// Gzip is asked for, and the plain text is not wanted more.
bool WantsGzip(std::string_view accept_encoding);

}  // namespace mta
