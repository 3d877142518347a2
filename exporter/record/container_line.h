// What a container's runtime puts around each line of its output.
#pragma once

#include <cstdint>

namespace mta {

enum class ContainerFormat : uint8_t {
  kAuto,    // whatever the line is; also none at all
  kDocker,  // json-file: {"log":"LINE\n","stream":"stdout","time":"2026-11-22T10:41:23.123456789Z"}
  kCri,     // 2026-11-22T10:41:23.123456789Z stdout F LINE
};

}  // namespace mta
