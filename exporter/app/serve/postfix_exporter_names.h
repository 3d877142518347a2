// PostfixExporterNames: what dashboards and alerts made for prometheus-postfix-exporter ask for, from our
// figures (docs/migration.md says what of it differs, and why).
//
// Made anew at every scrape from the published view: any thread.
#pragma once

#include <prometheus/collectable.h>

#include <vector>

#include "exporter/web/status.h"

namespace mta {

class PostfixExporterNames : public prometheus::Collectable {
 public:
  // Borrows `publisher`.
  explicit PostfixExporterNames(const Publisher& publisher) : publisher_(publisher) {}
  // Sums over all sources that are Postfix's.  Counters without labels are there from the beginning.
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const Publisher& publisher_;
};

}  // namespace mta
