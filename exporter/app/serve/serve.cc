#include "exporter/app/serve/serve.h"

#include <signal.h>

#include <functional>
#include <optional>
#include <utility>

#include "exporter/app/config/load_config.h"
#include "exporter/app/console/complain.h"
#include "exporter/app/serve/handover.h"
#include "exporter/app/serve/ingest.h"
#include "exporter/app/serve/postfix_exporter_names.h"
#include "exporter/app/serve/postfix_exporter_queues.h"
#include "exporter/app/serve/reloader.h"
#include "exporter/app/serve/sandbox.h"
#include "exporter/app/serve/signals.h"
#include "exporter/app/serve/state_place.h"
#include "exporter/app/serve/web.h"
#include "exporter/base/version.h"
#include "exporter/queue/queue_scanner.h"

namespace mta {
namespace {

constexpr const char* kWebPart = "web";

std::vector<Listener> TakeListeners(Handover& left) {
  std::vector<Listener> open;
  if (const auto part = left.Take(kWebPart)) {
    for (const int fd : part->descriptors) open.emplace_back(fd);
  }
  return open;
}

void PutListeners(const std::vector<Listener>& open, Handover& next) {
  Handover::Part part;
  for (const Listener& listener : open) part.descriptors.push_back(listener.fd());
  next.Put(kWebPart, std::move(part));
}

}  // namespace

int RunServe(const ServeFlags& flags, Env& env) {
  const sigset_t signals = BlockSignals();
  Handover left = Handover::Receive();
  Logger logger(stderr, flags.log_level, flags.log_format);
  Result<Config> config = flags.config_file.empty() ? Config() : LoadConfig(env, flags.config_file);
  if (!config) return Complain(stderr, config.error().message);
  const Result<std::unique_ptr<Waiter>> waiter = Waiter::Make();
  if (!waiter) return Complain(stderr, waiter.error().message);

  // Before the state: what cannot listen shall touch nothing.
  Result<std::unique_ptr<Web>> web = Web::Prepare(flags, config->web, TakeListeners(left), env, logger);
  if (!web) return Complain(stderr, web.error().message);
  Result<std::unique_ptr<StateDirectory>> state = OpenState(StatePlaceOf(flags, *config), env, logger);
  if (!state) return Complain(stderr, state.error().message);

  const std::string state_directory = *state ? (*state)->path() : std::string();

  QueueScanner queues(env, logger);
  Publisher publisher;
  std::function<Outcome()> reload;  // who does it is made later than the site
  SiteOptions options;
  ReloadStatus reload_status((*web)->config());
  options.more = {&queues.metrics(), &reload_status};
  options.warnings = [&reload_status] { return reload_status.Warnings(); };
  const PostfixExporterNames old_names(publisher);
  const PostfixExporterQueues old_queues(queues.metrics());
  if (flags.postfix_exporter_names) options.more.insert(options.more.end(), {&old_names, &old_queues});
  options.telemetry_path = (*web)->telemetry_path();
  if (flags.enable_lifecycle) options.reload = [&reload] { return reload(); };
  Site site(std::move(options), publisher, env);
  Ingest ingest(env, logger, **waiter, publisher, site, {std::move(*state), config->state.save_interval_ns});
  if (flags.exemplars) ingest.store().KeepExemplars();
  SourceMaker maker(
      ingest.store(), env, logger, [&waiter] { (*waiter)->Wake(); }, left);
  Reloader reloader(flags, env, logger, ingest, maker, queues, **web, reload_status);
  if (const Outcome started = reloader.Start(std::move(*config)); !started)
    return Complain(stderr, started.error().message);
  left.Close();  // listeners that nobody wants any more
  ingest.Restore(left.TakeState());
  ServiceManager manager(env);
  ingest.SetHeartbeat([&, looked = false]() mutable {
    // What is written from now on is new to a log that is followed from its end.
    if (!std::exchange(looked, true)) manager.Ready();
    manager.Alive();
    reloader.LookForTurnedLinks();
  });
  SignalThread signal_thread(signals, ingest, reloader, manager, logger);  // outside of the sandbox
  reload = [&signal_thread] { return signal_thread.AskForReload(); };
  if (flags.sandbox) {
    SandboxPaths paths = reloader.Needs();
    if (!state_directory.empty()) paths.write.push_back(state_directory);
    reloader.SetSandbox(Sandbox::Enter(paths, logger));
  }
  if (const Outcome serving = (*web)->Serve(site.Routes()); !serving)
    return Complain(stderr, serving.error().message);
  reloader.ScanQueues();
  logger.Info("mta_exporter has started", {{"version", ProgramVersion()}});
  for (const std::string& url : (*web)->urls()) logger.Info("listening", {{"url", url}});
  ingest.Run();
  (*web)->Stop();
  if (signal_thread.wants_replacement()) {
    Handover next;
    maker.HandOver(next);
    if (!flags.systemd_socket) PutListeners((*web)->listeners(), next);
    const Result<std::string> entry = next.Leave(ingest.Leave());
    if (!entry) logger.Error(entry.error().message);
    signal_thread.ReplaceProcess(entry.value_or(""));
    return kExitFailed;
  }
  logger.Info("ended");
  return kExitDone;
}

}  // namespace mta
