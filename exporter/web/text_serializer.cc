#include "exporter/web/text_serializer.h"

#include <ostream>

#include "exporter/web/family_writer.h"

namespace mta {

std::string FastTextSerializer::Serialize(const std::vector<prometheus::MetricFamily>& families) const {
  return WriteFamilies(TextFormat::kPrometheus, families);
}

void FastTextSerializer::Serialize(std::ostream& out,
                                   const std::vector<prometheus::MetricFamily>& families) const {
  out << Serialize(families);
}

}  // namespace mta
