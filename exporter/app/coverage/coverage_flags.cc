#include "exporter/app/coverage/coverage_flags.h"

#include "exporter/app/console/flag_kinds.h"

namespace mta {

void AddCoverageFlags(CLI::App& app, CoverageFlags& flags) {
  AddMtaFlag(app, flags.mta);
  AddChoice<bool>(app, "--format", flags.json, {{"text", false}, {"json", true}}, "text (default) or json");
  app.add_option("LOG", flags.operands,
                 "Logs in any order: files (.gz .bz2 .xz .zst too), multilog directories, -")
      ->required();
}

}  // namespace mta
