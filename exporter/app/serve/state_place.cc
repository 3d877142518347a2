#include "exporter/app/serve/state_place.h"

#include <cerrno>
#include <cstdlib>

namespace mta {
namespace {

constexpr const char* kUsualPlace = "/var/lib/mta_exporter";
constexpr const char* kVariable = "STATE_DIRECTORY";  // systemd's

Result<std::unique_ptr<StateDirectory>> Open(const StatePlace& place, Env& env) {
  auto opened = StateDirectory::Open(env, place.directory);
  if (opened || place.named_by.empty()) return opened;
  return Fail(place.named_by + ": " + opened.error().message, opened.error().system_code);
}

// It goes without.
bool IsDispensable(const StatePlace& place, const Error& error) {
  return place.named_by.empty() && error.system_code != EWOULDBLOCK;
}

}  // namespace

StatePlace StatePlaceOf(const ServeFlags& flags, const Config& config) {
  if (flags.state_directory) return {*flags.state_directory, "--state.directory"};
  if (config.state.directory) return {*config.state.directory, flags.config_file + ": state.directory"};
  const char* const given = std::getenv(kVariable);
  if (given == nullptr || *given == '\0') return {kUsualPlace, ""};
  const std::string all = given;  // of a unit that has several, the first
  return {all.substr(0, all.find(':')), std::string("$") + kVariable};
}

Result<std::unique_ptr<StateDirectory>> OpenState(const StatePlace& place, Env& env, Logger& logger) {
  if (place.directory.empty()) {
    logger.Info("no state is kept: counters begin at 0 after a restart");
    return nullptr;
  }
  auto opened = Open(place, env);
  if (opened) logger.Info("the state is kept", {{"directory", (*opened)->path()}});
  if (opened || !IsDispensable(place, opened.error())) return opened;
  logger.Warn(
      "no state is kept, counters begin at 0 after a restart: name a directory with --state.directory",
      {{"error", opened.error().message}});
  return nullptr;
}

Outcome CanOpenState(const StatePlace& place, Env& env) {
  if (place.directory.empty()) return {};
  const auto opened = Open(place, env);
  if (opened || IsDispensable(place, opened.error())) return {};
  return tl::unexpected(opened.error());
}

}  // namespace mta
