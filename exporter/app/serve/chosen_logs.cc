#include "exporter/app/serve/chosen_logs.h"

#include <algorithm>
#include <cerrno>
#include <optional>

#include "exporter/base/access.h"
#include "exporter/tail/glob.h"

namespace mta {
namespace {

// What is wrong with reading `path`, which is there; nothing if it can be read.
std::optional<Error> TroubleWith(Env& env, const std::string& path, FileKind kind) {
  if (kind != FileKind::kDirectory) {
    const auto opened = env.OpenRegular(path);
    return opened ? std::nullopt : std::optional(opened.error());
  }
  const auto names = env.List(path);
  if (!names) return names.error();
  if (std::ranges::find(*names, "current") != names->end()) return std::nullopt;
  return Error{path + ": no multilog directory, it holds no file `current`: name a file in it"};
}

bool DeniesAccess(const Error& error) {
  return error.system_code == EACCES || error.system_code == EPERM;
}

// The files of a pattern are one source; it can be followed as long as one of them can.
FoundLog LookAtPattern(Env& env, FoundLog log) {
  const auto paths = ExpandPattern(env, log.path);
  log.exists = paths && !paths->empty();
  log.readable = log.exists && std::ranges::any_of(*paths, [&](const std::string& path) {
                   return !TroubleWith(env, path, FileKind::kRegular);
                 });
  if (log.exists && !log.readable) log.problem = log.path + ": none of the files can be read";
  return log;
}

Result<FoundLog> LookAt(Env& env, FoundLog log) {
  if (IsPattern(log.path)) return LookAtPattern(env, std::move(log));
  const Result<FileStatus> status = env.Status(log.path);
  if (!status && status.error().system_code == ENOENT) return log;
  log.exists = true;
  const std::optional<Error> trouble =
      status ? TroubleWith(env, log.path, status->kind) : std::optional(status.error());
  log.readable = !trouble;
  if (!trouble) return log;
  if (!DeniesAccess(*trouble)) return Fail(trouble->message);
  log.problem = ExplainUnreadable(log.path, trouble->system_code);
  return log;
}

// The same file under two names would be counted twice.
bool IsAmong(Env& env, const std::string& path, const std::vector<FoundLog>& logs) {
  const Result<FileStatus> mine = env.Status(path);
  return std::ranges::any_of(logs, [&](const FoundLog& log) {
    const Result<FileStatus> other = env.Status(log.path);
    return log.path == path ||
           (mine && other && mine->device == other->device && mine->inode == other->inode);
  });
}

Result<Chosen> NamedLogs(const std::vector<std::string>& paths, Env& env, Logger& logger) {
  std::vector<FoundLog> logs;
  std::vector<std::string> names;
  for (const std::string& path : paths) {
    if (IsAmong(env, path, logs)) {
      logger.Warn("the log is named twice: it is followed once", {{"log", path}});
      continue;
    }
    FoundLog log;
    log.path = path;
    log.source_name = UniqueSourceName(path, names);
    names.push_back(log.source_name);
    Result<FoundLog> seen = LookAt(env, std::move(log));
    if (!seen) return tl::unexpected(seen.error());
    logs.push_back(std::move(*seen));
  }
  return Chosen{.logs = std::move(logs)};
}

Result<Chosen> DiscoveredLogs(Logger& logger) {
  Discovery discovery = DiscoverLogs();
  for (const std::string& note : discovery.notes) logger.Warn(note);
  if (discovery.logs.empty() && !discovery.journal) return Fail(discovery.nothing_found);
  logger.Info("found " + DescribeFound(discovery));
  return Chosen{.logs = std::move(discovery.logs),
                .journal = std::move(discovery.journal),
                .queues = std::move(discovery.queues)};
}

bool IsHopeless(const FoundLog& log) {
  return log.exists && !log.readable;
}

void SayWhatHinders(const FoundLog& log, Logger& logger) {
  if (IsHopeless(log)) logger.Error(log.problem, {{"log", log.path}});
  if (!log.exists) logger.Warn("the log is not there yet: waiting for it", {{"log", log.path}});
}

}  // namespace

Result<Chosen> ChooseLogs(const ServeFlags& flags, Env& env, Logger& logger) {
  Result<Chosen> chosen = flags.logs.empty() ? DiscoveredLogs(logger) : NamedLogs(flags.logs, env, logger);
  if (!chosen) return chosen;
  std::vector<FoundLog> logs = chosen->logs;
  if (chosen->journal) logs.push_back(*chosen->journal);
  if (std::ranges::all_of(logs, IsHopeless)) return Fail(logs.front().problem);
  for (const FoundLog& log : logs) SayWhatHinders(log, logger);
  return chosen;
}

void LookAtConfigured(const std::vector<SourceConfig>& sources, Env& env, Logger& logger) {
  for (const SourceConfig& source : sources) {
    const auto* const file = std::get_if<FileInput>(&source.input);
    if (file == nullptr) continue;
    const Result<FoundLog> seen =
        LookAt(env, FoundLog{.path = file->log, .source_name = source.name, .why = {}});
    if (seen) SayWhatHinders(*seen, logger);
    if (!seen) logger.Error(seen.error().message, {{"log", file->log}});
  }
}

}  // namespace mta
