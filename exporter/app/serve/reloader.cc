#include "exporter/app/serve/reloader.h"

#include <algorithm>

#include "exporter/app/config/load_config.h"
#include "exporter/app/serve/chosen_logs.h"
#include "exporter/journal/journal_files.h"

namespace mta {
namespace {

GaugeId AddGauge(MetricStore& store, const char* name, const char* help) {
  return store.Gauge(store.Add({.name = name, .help = help, .type = MetricType::kGauge, .labels = {}}), {});
}

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

std::vector<QueueTarget> QueuesOf(const std::vector<SourceConfig>& sources) {
  std::vector<QueueTarget> queues;
  for (const SourceConfig& source : sources) {
    if (source.queue) queues.push_back({source.mta, source.name, {*source.queue}});
  }
  return queues;
}

}  // namespace

Reloader::Reloader(const ServeFlags& flags, Env& env, Logger& logger, Ingest& ingest, SourceMaker& maker,
                   QueueScanner& queues)
    : flags_(flags), env_(env), logger_(logger), ingest_(ingest), maker_(maker), queues_(queues) {
  successful_ = AddGauge(ingest.store(), "mta_exporter_config_last_reload_successful",
                         "1 if the configuration was read and taken over, the last time it was tried.");
  success_time_ = AddGauge(ingest.store(), "mta_exporter_config_last_reload_success_timestamp_seconds",
                           "When a configuration was taken over last.");
}

Outcome Reloader::Start(Config config) {
  Result<Plan> plan = MakePlan(std::move(config));
  if (!plan) return tl::unexpected(plan.error());
  plan_.config = plan->config;
  const Outcome made = Exchange(std::move(*plan));
  if (made) Show(true);
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

std::vector<std::string> Reloader::PathsOf(const Plan& plan) const {
  std::vector<std::string> paths;
  const auto add = [&](const std::vector<std::string>& more) {
    paths.insert(paths.end(), more.begin(), more.end());
  };
  for (const SourceConfig& source : plan.sources) {
    if (const auto* file = std::get_if<FileInput>(&source.input)) add(DirectoriesOf(file->log));
    if (const auto* journal = std::get_if<JournalInput>(&source.input)) {
      add(JournalPlaces(journal->journal));
      add({"/etc/machine-id"});  // by which libsystemd knows this machine's files
    }
  }
  for (const QueueTarget& target : plan.queues) add(target.directories);
  if (!flags_.config_file.empty()) add(DirectoriesOf(flags_.config_file));
  return paths;
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
  if (plan && !sandbox_.Covers(PathsOf(*plan))) {
    if (!flags_.systemd_socket) {
      needs_replacement_ = true;
      logger_.Info("the configuration needs files outside of the sandbox: the process begins anew");
      return {};
    }
    done = Fail(
        "a log or queue lies where the sandbox does not let it be read, and sockets of systemd's are passed "
        "at a start only: restart the exporter");
  }
  const bool asked = ingest_.Do([&] {
    if (done) done = Exchange(std::move(*plan));
    if (plan && done) ScanQueues();
    Show(done.has_value());
  });
  if (!asked) return Fail("the exporter is ending");
  if (done) {
    logger_.Info("the configuration is reloaded");
  } else {
    logger_.Error("the configuration is not reloaded, what was in force stays: " + done.error().message);
  }
  return done;
}

void Reloader::Show(bool successful) {
  ingest_.store().Set(successful_, successful ? 1 : 0);
  if (successful) ingest_.store().Set(success_time_, static_cast<double>(env_.NowNs() / 1'000'000) / 1e3);
}

bool Reloader::IsKept(const Running& running, const Plan& plan) const {
  const bool same_settings = plan.config.internal_relays == plan_.config.internal_relays &&
                             plan.config.sendmail_tags == plan_.config.sendmail_tags &&
                             plan.config.destinations == plan_.config.destinations &&
                             plan.config.tracking == plan_.config.tracking;
  return same_settings && std::ranges::find(plan.sources, running.config) != plan.sources.end();
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
  std::vector<Running> old;
  for (size_t i = 0; i < ingest_.sources().size(); ++i) {
    Running running{plan_.sources[i], std::move(ingest_.sources()[i]), {}};
    if (!IsKept(running, plan)) {
      ByteWriter state;
      running.source->Save(state);
      running.state = state.Take();
      running.source = nullptr;
    }
    old.push_back(std::move(running));
  }
  ingest_.sources().clear();
  const Outcome built = Build(plan, old);
  if (built) {
    plan_ = std::move(plan);
    return {};
  }
  // Back to what was: the new ones end, those that go on are handed back.
  for (std::unique_ptr<Source>& source : ingest_.sources()) {
    const auto mine =
        std::ranges::find_if(old, [&](const Running& o) { return o.config.name == source->name(); });
    if (mine != old.end() && mine->state.empty()) mine->source = std::move(source);
  }
  ingest_.sources().clear();
  if (const Outcome back = Build(plan_, old); !back)
    logger_.Error("and what was in force cannot be made again: " + back.error().message);
  return built;
}

// Puts the plan's sources into the ingest: those of `old` that go on, and new ones, with the state of the one
// of their name.
Outcome Reloader::Build(const Plan& plan, std::vector<Running>& old) {
  for (const SourceConfig& config : plan.sources) {
    const auto mine =
        std::ranges::find_if(old, [&](const Running& o) { return o.config.name == config.name; });
    if (mine != old.end() && mine->source) {
      ingest_.Add(std::move(mine->source));
      continue;
    }
    Result<std::unique_ptr<Source>> made = maker_.Make(config, plan.config);
    if (!made) return tl::unexpected(made.error());
    if (mine != old.end()) {
      ByteReader state(mine->state);
      if ((*made)->Restore(state) == Source::Restored::kNothing)
        logger_.Warn("begins anew: it reads something else than before", {{"source", config.name}});
    }
    ingest_.Add(std::move(*made));
  }
  return {};
}

}  // namespace mta
