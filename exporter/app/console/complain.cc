#include "exporter/app/console/complain.h"

#include <fmt/format.h>

namespace mta {

int Complain(std::FILE* err, const std::string& message) {
  fmt::print(err, "mta_exporter: {}\n", message);
  return kExitFailed;
}

}  // namespace mta
