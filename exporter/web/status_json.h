// What the page at `/` shows, for programs: /api/v1/status (docs/web.md).
#pragma once

#include <string>

#include "exporter/web/landing_page.h"

namespace mta {

// One JSON object.  Texts that are no UTF-8 are mended.
std::string RenderStatusJson(const PageHead& head, const Publication& publication, double now_seconds);

}  // namespace mta
