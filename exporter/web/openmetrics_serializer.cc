#include "exporter/web/openmetrics_serializer.h"

#include <ostream>

#include "exporter/web/family_writer.h"

namespace mta {

std::string OpenMetricsSerializer::Serialize(const std::vector<prometheus::MetricFamily>& families) const {
  return WriteFamilies(TextFormat::kOpenMetrics, families);
}

void OpenMetricsSerializer::Serialize(std::ostream& out,
                                      const std::vector<prometheus::MetricFamily>& families) const {
  out << Serialize(families);
}

}  // namespace mta
