#include "exporter/app/serve/reloader.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "exporter/app/config/load_config.h"
#include "exporter/app/serve/chosen_logs.h"
#include "exporter/app/serve/state_place.h"
#include "exporter/journal/journal_files.h"
#include "exporter/listen/listening_socket.h"

namespace mta {
namespace {

constexpr int64_t kTurnedLinksNs = 60'000'000'000;  // between two reloads for them
constexpr std::chrono::seconds kDeadline{20};       // of a reload, until the ingest takes it up

SourceConfig ToConfig(const FoundLog& log) {
  SourceConfig source;
  source.name = log.source_name;
  source.mta = log.mta;
  source.input = FileInput{.log = log.path};
  return source;
}

// Flags win over the file.
void ApplyFlags(const ServeFlags& flags, std::vector<SourceConfig>& sources) {
  for (SourceConfig& source : sources) {
    if (flags.mta != "auto") source.mta = flags.mta;
    if (!flags.from_beginning) continue;
    if (auto* file = std::get_if<FileInput>(&source.input)) file->from_beginning = true;
    if (auto* journal = std::get_if<JournalInput>(&source.input)) journal->from_beginning = true;
  }
}

// Null: there is none of that name.
const SourceConfig* Named(const std::string& name, const std::vector<SourceConfig>& sources) {
  const auto found = std::ranges::find(sources, name, &SourceConfig::name);
  return found == sources.end() ? nullptr : &*found;
}

std::vector<QueueTarget> QueuesOf(const std::vector<SourceConfig>& sources) {
  std::vector<QueueTarget> queues;
  for (const SourceConfig& source : sources) {
    if (source.queue) queues.push_back({source.mta, source.name, {*source.queue}});
  }
  return queues;
}

}  // namespace

Reloader::Reloader(const ServeFlags& flags, Env& env, Logger& logger, Ingest& ingest, SourceMaker& maker,
                   QueueScanner& queues, const Web& web, ReloadStatus& status)
    : flags_(flags),
      env_(env),
      logger_(logger),
      ingest_(ingest),
      maker_(maker),
      queues_(queues),
      web_(web),
      status_(status) {}

Outcome Reloader::Start(Config config) {
  if (flags_.logs.empty()) LookAtConfigured(config.sources, env_, logger_);
  Result<Plan> plan = MakePlan(std::move(config));
  if (!plan) return tl::unexpected(plan.error());
  plan_.config = plan->config;
  const Outcome made = Exchange(std::move(*plan));
  if (made) Show(made);
  return made;
}

// Operands name the logs; else the configuration does; else they are searched for.
Result<Reloader::Plan> Reloader::MakePlan(Config config) {
  Plan plan;
  if (flags_.logs.empty() && !config.sources.empty()) {
    plan.sources = config.sources;
    plan.queues = QueuesOf(plan.sources);
  } else {
    Result<Chosen> chosen = ChooseLogs(flags_, env_, logger_);
    if (!chosen) return tl::unexpected(chosen.error());
    for (const FoundLog& log : chosen->logs) plan.sources.push_back(ToConfig(log));
    if (chosen->journal) {
      plan.sources.push_back({});
      plan.sources.back().name = chosen->journal->source_name;
      plan.sources.back().input = JournalInput();
    }
    plan.queues = std::move(chosen->queues);
  }
  ApplyFlags(flags_, plan.sources);
  plan.config = std::move(config);
  return plan;
}

Result<Reloader::Plan> Reloader::ReadPlan() {
  if (flags_.config_file.empty()) return MakePlan(Config());
  Result<Config> config = LoadConfig(env_, flags_.config_file);
  if (!config) return tl::unexpected(config.error());
  return MakePlan(std::move(*config));
}

// A socket's file is made and removed in its directory, unless it is open already.
SandboxPaths Reloader::NeedsOf(const Plan& plan) const {
  SandboxPaths needs;
  const auto add = [&](const std::vector<std::string>& more) {
    needs.read.insert(needs.read.end(), more.begin(), more.end());
  };
  for (const SourceConfig& source : plan.sources) {
    if (const auto* file = std::get_if<FileInput>(&source.input)) add(DirectoriesOf(file->log));
    if (const auto* journal = std::get_if<JournalInput>(&source.input)) {
      add(JournalPlaces(journal->journal));
      add({"/etc/machine-id"});  // by which libsystemd knows this machine's files
    }
    const auto* syslog = std::get_if<SyslogInput>(&source.input);
    if (syslog == nullptr || !syslog->listener.address.is_unix()) continue;
    const ListenerOptions* const open = OpenAt(syslog->listener.address);
    if (open == nullptr || *open != syslog->listener)
      needs.write.push_back(std::filesystem::path(syslog->listener.address.path).parent_path());
  }
  for (const QueueTarget& target : plan.queues) add(target.directories);
  if (!flags_.config_file.empty()) add(DirectoriesOf(flags_.config_file));
  for (const std::string& file : web_.config().Files()) add(DirectoriesOf(file));
  return needs;
}

// The one in force that listens there; null: none does.
const ListenerOptions* Reloader::OpenAt(const SyslogAddress& address) const {
  for (const SourceConfig& source : plan_.sources) {
    const auto* const syslog = std::get_if<SyslogInput>(&source.input);
    if (syslog != nullptr && syslog->listener.address == address) return &syslog->listener;
  }
  return nullptr;
}

void Reloader::ScanQueues() {
  for (const QueueTarget& target : plan_.queues) {
    for (const std::string& directory : target.directories)
      logger_.Info("scanning a queue",
                   {{"queue", directory}, {"source", target.source}, {"mta", target.mta}});
  }
  queues_.SetTargets(plan_.queues);
}

Outcome Reloader::Reload() {
  const std::lock_guard lock(one_at_a_time_);
  Result<Plan> plan = ReadPlan();
  Outcome done = plan ? Outcome() : tl::unexpected(plan.error());
  if (plan && !sandbox_.Covers(NeedsOf(*plan))) {
    done = TryStart(*plan);
    if (!done) Show(done);
    needs_replacement_ = done.has_value();
    if (done) logger_.Info("the configuration needs files outside of the sandbox: the process begins anew");
    return done;
  }
  const Outcome asked = ingest_.Do(
      [&] {
        if (done) done = Exchange(std::move(*plan));
        if (plan && done) ScanQueues();
      },
      kDeadline);
  if (!asked) done = asked;
  if (done) logger_.Info("the configuration is reloaded");
  Show(done);
  return done;
}

// The web configuration, the state's directory, and the sockets, which are opened for a moment; nothing else
// stops a start.
Outcome Reloader::TryStart(const Plan& plan) const {
  if (Outcome good = web_.config().Check(); !good) return good;
  if (Outcome good = web_.CanListen(flags_, plan.config.web); !good) return good;
  const StatePlace place = StatePlaceOf(flags_, plan.config);
  if (place != StatePlaceOf(flags_, plan_.config)) {
    if (Outcome good = CanOpenState(place, env_); !good) return good;
  }
  return CanListen(plan);
}

// A listener of ours that is in the way makes room when the process begins anew.
Outcome Reloader::CanListen(const Plan& plan) const {
  const auto is_in_the_way = [](const SourceConfig& ours, const SyslogAddress& address) {
    const auto* const syslog = std::get_if<SyslogInput>(&ours.input);
    return syslog != nullptr && AreInEachOthersWay(syslog->listener.address, address);
  };
  for (const SourceConfig& source : plan.sources) {
    const auto* const syslog = std::get_if<SyslogInput>(&source.input);
    if (syslog == nullptr) continue;
    const SyslogAddress& address = syslog->listener.address;
    if (std::ranges::any_of(plan_.sources, [&](const auto& ours) { return is_in_the_way(ours, address); }))
      continue;
    const auto socket = ListeningSocket::Open(syslog->listener);
    if (!socket) return Fail(source.name + ": " + socket.error().message);
  }
  return {};
}

void Reloader::SetSandbox(Sandbox sandbox) {
  const std::lock_guard lock(one_at_a_time_);
  sandbox_ = std::move(sandbox);
}

void Reloader::LookForTurnedLinks() {
  const int64_t now_ns = env_.MonotonicNs();
  if (last_turned_ns_ > now_ns - kTurnedLinksNs) return;
  for (const std::unique_ptr<Source>& source : ingest_.sources()) {
    const SourceConfig* const mine = Named(source->name(), plan_.sources);
    const auto* const file = mine == nullptr ? nullptr : std::get_if<FileInput>(&mine->input);
    if (file == nullptr || source->Status().up || sandbox_.Covers({DirectoriesOf(file->log), {}})) continue;
    last_turned_ns_ = now_ns;
    logger_.Warn("the log lies outside of the sandbox now, behind a symbolic link: reloading",
                 {{"source", source->name()}, {"log", file->log}});
    kill(getpid(), SIGHUP);
    return;
  }
}

void Reloader::Show(const Outcome& done) {
  if (!done)
    logger_.Error("the configuration is not reloaded, what was in force stays: " + done.error().message);
  status_.Report(done, static_cast<double>(env_.NowNs() / 1'000'000) / 1e3);
}

bool Reloader::IsKept(const Source& source, const Plan& next) const {
  const bool same_settings = next.config.internal_relays == plan_.config.internal_relays &&
                             next.config.sendmail_tags == plan_.config.sendmail_tags &&
                             next.config.destinations == plan_.config.destinations &&
                             next.config.tracking == plan_.config.tracking;
  const SourceConfig* const now = Named(source.name(), plan_.sources);
  const SourceConfig* const then = Named(source.name(), next.sources);
  return same_settings && now != nullptr && then != nullptr && *now == *then;
}

// What holds from one start to the next stays as it is, and is named in the log where it changed.
void Reloader::KeepWhatNeedsARestart(Config& config) {
  const auto keep = [this](const char* key, auto& changed, const auto& in_force) {
    if (changed == in_force) return;
    logger_.Warn("has changed, and is taken over at the next start only", {{"key", key}});
    changed = in_force;
  };
  keep("delay_buckets", config.delay_buckets, plan_.config.delay_buckets);
  keep("state", config.state, plan_.config.state);
  keep("web", config.web, plan_.config.web);
}

// Sources that end do so before others begin: a listener's address must be free again.
Outcome Reloader::Exchange(Plan plan) {
  KeepWhatNeedsARestart(plan.config);
  const auto listeners = maker_.Hold(plan.sources);
  Sources kept = TakeOut(plan);
  const Outcome built = Build(plan, kept);
  if (built) {
    plan_ = std::move(plan);
  } else {
    // Back to what was: the new ones end, those that go on are handed back.
    for (std::unique_ptr<Source>& source : ingest_.sources()) {
      if (const auto mine = kept.find(source->name()); mine != kept.end()) mine->second = std::move(source);
    }
    ingest_.sources().clear();
    if (const Outcome back = Build(plan_, kept); !back)
      logger_.Error("and what was in force cannot be made again: " + back.error().message);
  }
  for (const std::unique_ptr<Source>& source : ingest_.sources()) left_.erase(source->name());
  return built;
}

// The ingest is left without sources; those that do not go on as they are end, and leave their state.
Reloader::Sources Reloader::TakeOut(const Plan& next) {
  Sources kept;
  for (std::unique_ptr<Source>& source : ingest_.sources()) {
    const std::string name = source->name();
    if (IsKept(*source, next)) {
      kept[name] = std::move(source);
      continue;
    }
    ByteWriter state;
    source->Save(state);
    left_[name] = state.Take();
    if (Named(name, next.sources) == nullptr)
      logger_.Warn("a source is no longer followed: its metrics stay as they are until the restart",
                   {{"source", name}});
  }
  ingest_.sources().clear();
  return kept;
}

// Puts the plan's sources into the ingest: those that are kept, and new ones, with what one of their name has
// left.  One that cannot be made holds up no other.
Outcome Reloader::Build(const Plan& plan, Sources& kept) {
  Outcome built;
  for (const SourceConfig& config : plan.sources) {
    if (const auto mine = kept.find(config.name); mine != kept.end()) {
      ingest_.Add(std::move(mine->second));
      continue;
    }
    Result<std::unique_ptr<Source>> made = maker_.Make(config, plan.config);
    if (!made) {
      if (built) built = tl::unexpected(made.error());
      continue;
    }
    if (const auto left = left_.find(config.name); left != left_.end()) {
      ByteReader state(left->second);
      if ((*made)->Restore(state) == Source::Restored::kNothing)
        logger_.Warn("begins anew: it reads something else than before", {{"source", config.name}});
    }
    ingest_.Add(std::move(*made));
  }
  return built;
}

}  // namespace mta
