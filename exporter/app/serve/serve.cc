#include "exporter/app/serve/serve.h"

#include <signal.h>
#include <unistd.h>

#include "exporter/app/console/complain.h"
#include "exporter/app/serve/chosen_logs.h"
#include "exporter/app/serve/followed_source.h"
#include "exporter/app/serve/ingest.h"
#include "exporter/app/serve/sandbox.h"
#include "exporter/app/serve/signals.h"
#include "exporter/app/serve/state_place.h"
#include "exporter/app/serve/web.h"
#include "exporter/base/version.h"
#include "exporter/queue/queue_scanner.h"

namespace mta {
namespace {

Outcome AddSources(const ServeFlags& flags, const std::vector<FoundLog>& logs, Ingest& ingest, Env& env,
                   Logger& logger) {
  for (const FoundLog& log : logs) {
    FollowedSourceOptions options;
    options.source.name = log.source_name;
    options.source.mta = flags.mta == "auto" ? log.mta : flags.mta;
    options.follower.log = log.path;
    options.follower.from_beginning = flags.from_beginning;
    logger.Info("following a log", {{"log", log.path},
                                    {"source", log.source_name},
                                    {"mta", options.source.mta},
                                    {"from", flags.from_beginning ? "beginning" : "end"}});
    auto source = FollowedSource::Make(ingest.store(), env, logger, std::move(options));
    if (!source) return tl::unexpected(source.error());
    ingest.Add(std::move(*source));
  }
  return {};
}

void StartScanning(std::vector<QueueTarget> targets, QueueScanner& queues, Logger& logger) {
  for (const QueueTarget& target : targets) {
    for (const std::string& directory : target.directories)
      logger.Info("scanning a queue", {{"queue", directory}, {"source", target.source}, {"mta", target.mta}});
  }
  queues.SetTargets(std::move(targets));
}

SandboxPaths PathsOf(const Chosen& chosen, const std::string& state_directory, const Web& web) {
  SandboxPaths paths;
  if (!state_directory.empty()) paths.write.push_back(state_directory);
  const auto read = [&](const std::vector<std::string>& more) {
    paths.read.insert(paths.read.end(), more.begin(), more.end());
  };
  for (const FoundLog& log : chosen.logs) read(DirectoriesOf(log.path));
  for (const QueueTarget& target : chosen.queues) read(target.directories);
  for (const std::string& file : web.config().Files()) read(DirectoriesOf(file));
  return paths;
}

}  // namespace

int RunServe(const ServeFlags& flags, Env& env) {
  const sigset_t signals = BlockSignals();
  Logger logger(stderr, flags.log_level, flags.log_format);
  Result<Chosen> chosen = ChooseLogs(flags, env, logger);
  if (!chosen) return Complain(stderr, chosen.error().message);
  const Result<std::unique_ptr<Waiter>> waiter = Waiter::Make();
  if (!waiter) return Complain(stderr, waiter.error().message);

  // Before the state: what cannot listen shall touch nothing.
  Result<std::unique_ptr<Web>> web = Web::Prepare(flags, env, logger);
  if (!web) return Complain(stderr, web.error().message);
  Result<std::unique_ptr<StateDirectory>> state = OpenState(flags.state_directory, env, logger);
  if (!state) return Complain(stderr, "--state.directory: " + state.error().message);

  const std::string state_directory = *state ? (*state)->path() : std::string();

  QueueScanner queues(env, logger);
  Publisher publisher;
  SiteOptions options;
  options.more = {&queues.metrics()};
  options.telemetry_path = flags.telemetry_path;
  if (flags.enable_lifecycle) {
    options.reload = []() -> Outcome {
      kill(getpid(), SIGHUP);
      return {};
    };
  }
  Site site(std::move(options), publisher, env);
  Ingest ingest(env, logger, **waiter, publisher, site, {std::move(*state)});
  if (flags.exemplars) ingest.store().KeepExemplars();
  if (const Outcome added = AddSources(flags, chosen->logs, ingest, env, logger); !added)
    return Complain(stderr, added.error().message);
  ingest.Restore();
  ServiceManager manager(env);
  ingest.SetHeartbeat([&manager] { manager.Alive(); });
  const SignalThread signal_thread(signals, ingest, manager, logger);  // outside of the sandbox
  if (flags.sandbox) Sandbox::Enter(PathsOf(*chosen, state_directory, **web), logger);
  if (const Outcome serving = (*web)->Serve(site.Routes()); !serving)
    return Complain(stderr, serving.error().message);
  StartScanning(std::move(chosen->queues), queues, logger);
  logger.Info("mta_exporter has started", {{"version", ProgramVersion()}});
  for (const std::string& url : (*web)->urls()) logger.Info("listening", {{"url", url}});
  manager.Ready();
  ingest.Run();
  logger.Info("ended");
  return kExitDone;
}

}  // namespace mta
