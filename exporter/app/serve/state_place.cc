#include "exporter/app/serve/state_place.h"

#include <cerrno>
#include <cstdlib>

namespace mta {
namespace {

constexpr const char* kUsualPlace = "/var/lib/mta_exporter";

// systemd's: the first one, where a unit has several.
std::optional<std::string> ServiceManagersPlace() {
  const char* const given = std::getenv("STATE_DIRECTORY");
  if (given == nullptr || *given == '\0') return std::nullopt;
  const std::string all = given;
  return all.substr(0, all.find(':'));
}

}  // namespace

Result<std::unique_ptr<StateDirectory>> OpenState(const std::optional<std::string>& named, Env& env,
                                                  Logger& logger) {
  if (named && named->empty()) {
    logger.Info("no state is kept: counters begin at 0 after a restart");
    return nullptr;
  }
  const std::optional<std::string> place = named ? named : ServiceManagersPlace();
  auto opened = StateDirectory::Open(env, place.value_or(kUsualPlace));
  if (opened) logger.Info("the state is kept", {{"directory", (*opened)->path()}});
  if (opened || place || opened.error().system_code == EWOULDBLOCK) return opened;
  logger.Warn(
      "no state is kept, counters begin at 0 after a restart: name a directory with --state.directory",
      {{"error", opened.error().message}});
  return nullptr;
}

}  // namespace mta
