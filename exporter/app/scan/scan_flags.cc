#include "exporter/app/scan/scan_flags.h"

#include "exporter/app/console/flag_kinds.h"

namespace mta {

void AddScanFlags(CLI::App& app, ScanFlags& flags) {
  AddMtaFlag(app, flags.mta);
  AddChoice<TextFormat>(app, "--format", flags.format,
                        {{"text", TextFormat::kPrometheus}, {"openmetrics", TextFormat::kOpenMetrics}},
                        "Form of the metrics");
  app.add_option("--source", flags.source, "Value of the label source")->capture_default_str();
  app.add_option("LOG", flags.operands,
                 "Files (.gz .bz2 .xz .zst too), multilog directories, - for standard input: one stream, in "
                 "this order")
      ->required();
}

}  // namespace mta
