#include "exporter/app/serve.h"

#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <thread>

#include "exporter/app/discovery/access.h"
#include "exporter/app/discovery/discovery.h"
#include "exporter/app/ingest.h"
#include "exporter/web/http_server.h"

namespace mta {
namespace {

constexpr int kDone = 0;
constexpr int kFailed = 1;

int Complain(const std::string& message) {
  fmt::print(stderr, "mta_exporter: {}\n", message);
  return kFailed;
}

template <typename T>
int ErrorOf(const Result<T>& result) {
  return result ? 0 : result.error().system_code;
}

// Signals come to this thread alone, which wakes the ingest.  Must be made before any other thread.
class SignalThread {
 public:
  SignalThread() {
    sigemptyset(&signals_);
    for (int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1}) sigaddset(&signals_, signal);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  }
  ~SignalThread() {
    if (!thread_.joinable()) return;
    pthread_kill(thread_.native_handle(), SIGUSR1);  // ours: the end
    thread_.join();
  }
  void Start(Ingest& ingest, Logger& logger) {
    thread_ = std::thread([this, &ingest, &logger] { Listen(ingest, logger); });
  }

 private:
  void Listen(Ingest& ingest, Logger& logger) {
    for (int signal = 0; sigwait(&signals_, &signal) == 0;) {
      if (signal == SIGUSR1) return;
      if (signal == SIGHUP) {
        logger.Info("SIGHUP: there is no configuration file to read again");
        continue;
      }
      logger.Info("ending", {{"signal", signal == SIGTERM ? "SIGTERM" : "SIGINT"}});
      ingest.Stop();
    }
  }

  sigset_t signals_ = {};
  std::thread thread_;
};

// A log named on the command line.  One that is not there yet is waited for; one that may not be read is a
// problem.
FoundLog LookAtLog(Env& env, const std::string& path, const std::string& source_name) {
  FoundLog log{.path = path, .source_name = source_name, .why = "named on the command line"};
  const Result<FileStatus> status = env.Status(path);
  if (!status && status.error().system_code == ENOENT) return log;
  log.exists = true;
  const bool directory = status && status->kind == FileKind::kDirectory;
  const int error = !status     ? status.error().system_code
                    : directory ? ErrorOf(env.List(path))
                                : ErrorOf(env.OpenRegular(path));
  log.readable = error == 0;
  if (!log.readable) log.problem = ExplainUnreadable(path, error);
  return log;
}

// The logs named on the command line, else what discovery finds.
Result<std::vector<FoundLog>> ChooseLogs(const ServeFlags& flags, Env& env, Logger& logger) {
  std::vector<FoundLog> logs;
  if (flags.logs.empty()) {
    Discovery discovery = DiscoverLogs();
    for (const std::string& note : discovery.notes) logger.Warn(note);
    if (discovery.logs.empty()) return Fail(discovery.nothing_found);
    logger.Info("found " + DescribeFound(discovery));
    logs = std::move(discovery.logs);
  } else {
    std::vector<std::string> names;
    for (const std::string& path : flags.logs) {
      names.push_back(UniqueSourceName(path, names));
      logs.push_back(LookAtLog(env, path, names.back()));
    }
  }
  const bool hopeless =
      std::none_of(logs.begin(), logs.end(), [](const FoundLog& log) { return log.readable || !log.exists; });
  if (hopeless) return Fail(logs.front().problem);
  for (const FoundLog& log : logs) {
    if (!log.exists) logger.Warn("the log is not there yet: waiting for it", {{"log", log.path}});
    if (log.exists && !log.readable) logger.Error(log.problem, {{"log", log.path}});
  }
  return logs;
}

Outcome AddSources(const ServeFlags& flags, const std::vector<FoundLog>& logs, Ingest& ingest,
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
    if (Outcome added = ingest.Add(std::move(options)); !added) return added;
  }
  return {};
}

Result<HttpOptions> Listening(const ServeFlags& flags) {
  HttpOptions options;
  for (const std::string& text : flags.listen_addresses) {
    Result<ListenAddress> address = ParseListenAddress(text);
    if (!address) return tl::unexpected(address.error());
    options.addresses.push_back(*address);
  }
  return options;
}

}  // namespace

int RunServe(const ServeFlags& flags, Env& env) {
  SignalThread signals;
  Logger logger(stderr, flags.log_level, flags.log_format);
  logger.Info("mta_exporter starts", {{"version", MTA_VERSION}});

  const Result<HttpOptions> listening = Listening(flags);
  if (!listening) return Complain("--web.listen-address: " + listening.error().message);
  const Result<std::vector<FoundLog>> logs = ChooseLogs(flags, env, logger);
  if (!logs) return Complain(logs.error().message);
  const Result<std::unique_ptr<Waiter>> waiter = Waiter::Make();
  if (!waiter) return Complain(waiter.error().message);

  Publisher publisher;
  SiteOptions options;
  options.telemetry_path = flags.telemetry_path;
  options.version = MTA_VERSION;
  Site site(std::move(options), publisher, env);
  Ingest ingest(env, logger, **waiter, publisher, site);
  if (const Outcome added = AddSources(flags, *logs, ingest, logger); !added)
    return Complain(added.error().message);
  const Result<std::unique_ptr<HttpServer>> server = HttpServer::Start(*listening, site.Routes(), env);
  if (!server) return Complain(server.error().message);
  for (const ListenAddress& address : (*server)->addresses()) {
    logger.Info("listening", {{"url", "http://" + address.text() + flags.telemetry_path}});
  }
  signals.Start(ingest, logger);
  ingest.Run();
  logger.Info("ended");
  return kDone;
}

}  // namespace mta
