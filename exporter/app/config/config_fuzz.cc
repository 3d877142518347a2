// Any bytes as a configuration file: reading them ends, and every error has a place and is one line.
#include <cstdlib>

#include "exporter/app/config/load_config.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const mta::LoadedConfig loaded = mta::ParseConfig(std::string(reinterpret_cast<const char*>(data), size));
  for (const mta::ConfigError& error : loaded.errors) {
    if (error.line < 1 || error.column < 1 || error.message.empty()) std::abort();
    if (error.Text("f").find('\n') != std::string::npos) std::abort();
  }
  return 0;
}
