#include "exporter/app/console/flag_kinds.h"

#include "collectors/collector.h"

namespace mta {

void AddMtaFlag(CLI::App& app, std::string& mta) {
  std::vector<std::string> names = {"auto"};
  for (const CollectorType* type : CollectorTypes()) names.emplace_back(type->mta);
  app.add_option("--mta", mta, "Whose log it is")->capture_default_str()->check(CLI::IsMember(names));
}

}  // namespace mta
