// The page at `/`: is it running, does it read, does it understand what it reads, and how is the mail doing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "exporter/web/status.h"

namespace mta {

struct PageHead {
  std::string_view version;
  std::string_view telemetry_path;
  bool ready = false;
  std::vector<std::string> warnings = {};  // about the exporter as a whole
};

// The whole page as HTML.  It needs no other resource, follows the reader's colour scheme, and renews its
// figures every few seconds: by its one script, or where that may not run by loading itself again.  Nothing
// in `publication` can break out of its place.
std::string RenderLandingPage(const PageHead& head, const Publication& publication, double now_seconds);

}  // namespace mta
