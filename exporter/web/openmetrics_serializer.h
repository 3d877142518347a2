// OpenMetrics 1.0.0, which prometheus-cpp has not: the format that carries exemplars.
#pragma once

#include <prometheus/metric_family.h>
#include <prometheus/serializer.h>

#include <iosfwd>
#include <string>
#include <vector>

namespace mta {

// Families and samples come in the order given; no _created series.  Label values must be UTF-8.  Stateless:
// any thread may use one.
class OpenMetricsSerializer : public prometheus::Serializer {
 public:
  std::string Serialize(const std::vector<prometheus::MetricFamily>& families) const override;
  void Serialize(std::ostream& out, const std::vector<prometheus::MetricFamily>& families) const override;
};

}  // namespace mta
