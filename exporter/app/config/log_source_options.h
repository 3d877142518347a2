// What a configured source makes of its lines: the same for those who follow it and for those who read its
// past.
#pragma once

#include "exporter/app/config/config.h"
#include "exporter/app/source/log_source.h"

namespace mta {

LogSourceOptions OptionsOf(const SourceConfig& source, const Config& config);

}  // namespace mta
