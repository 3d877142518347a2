#include "exporter/app/backfill/backfill.h"

#include <fmt/format.h>

#include <cerrno>
#include <memory>
#include <system_error>

#include "exporter/app/backfill/past_sources.h"
#include "exporter/app/backfill/replay.h"
#include "exporter/app/backfill/sample_writer.h"
#include "exporter/app/config/load_config.h"
#include "exporter/app/console/complain.h"
#include "exporter/app/console/moment.h"
#include "exporter/app/console/progress.h"

namespace mta {
namespace {

constexpr int64_t kSecondNs = 1'000'000'000;

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

std::string Reason(const std::string& what) {
  return fmt::format("{}: {}", what, std::generic_category().message(errno));
}

// The file appears when it is whole.
Outcome WriteOutput(SampleWriter& samples, const std::string& path, Progress progress) {
  const std::string unfinished = path + ".tmp";
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(unfinished.c_str(), "w"));
  if (!file) return Fail(Reason("cannot write " + unfinished));
  Outcome written = samples.Finish(file.get(), [&](uint64_t bytes) { progress.Advance(bytes); });
  progress.Clear();
  if (written && std::fflush(file.get()) != 0) written = Fail(Reason("cannot write " + unfinished));
  if (written && std::rename(unfinished.c_str(), path.c_str()) != 0)
    written = Fail(Reason("cannot write " + path));
  if (!written) std::remove(unfinished.c_str());
  return written;
}

void PrintSummary(const std::vector<PastSource>& sources, const Replayed& all, const SampleWriter& samples,
                  const BackfillFlags& flags, std::FILE* out) {
  const uint64_t sum = all.lines[0] + all.lines[1] + all.lines[2] + all.lines[3];
  const uint64_t ours = sum - all.lines[static_cast<size_t>(Verdict::kForeign)];
  const uint64_t unrecognized = all.lines[static_cast<size_t>(Verdict::kUnrecognized)];
  fmt::print(out, "{} lines, {} of them of an MTA, {} not recognised{}\n", sum, ours, unrecognized,
             unrecognized > 0 ? " (mta_exporter coverage tells which)" : "");
  if (all.timeless > 0)
    fmt::print(out, "{} lines bear no time and were counted with the line before\n", all.timeless);
  if (all.ahead > 0)
    fmt::print(
        out, "{} lines bear a time after their file was last written and were counted with the line before\n",
        all.ahead);
  if (all.after > 0) fmt::print(out, "{} lines from --until on were left out\n", all.after);
  for (const PastSource& source : sources) fmt::print(out, "source {}\n", source.options.name);
  if (all.first_ns != kNoTime)
    fmt::print(out, "from {} {} to {} {}\n", DateText(all.first_ns), TimeText(all.first_ns),
               DateText(all.last_ns), TimeText(all.last_ns));
  fmt::print(out, "{} samples of {} series in {}\n", samples.samples(), samples.series_written(),
             flags.output);
  fmt::print(out, "next: promtool tsdb create-blocks-from openmetrics {} DATA-DIRECTORY-OF-PROMETHEUS\n",
             flags.output);
}

}  // namespace

int RunBackfill(const BackfillFlags& flags, Env& env, std::FILE* out, std::FILE* err) {
  ReplayOptions options;
  options.step_ns = flags.step_seconds * kSecondNs;
  if (!flags.until.empty()) {
    const Result<int64_t> until = ParseMoment(flags.until, env.NowNs());
    if (!until) return Complain(err, "--until: " + until.error().message);
    options.until_ns = *until;
  }
  Config config;
  if (!flags.config_file.empty()) {
    Result<Config> loaded = LoadConfig(env, flags.config_file);
    if (!loaded) return Complain(err, loaded.error().message);
    config = std::move(*loaded);
  }
  Result<LogFiles> files = LogFiles::Named(env, flags.operands);
  if (!files) return Complain(err, files.error().message);

  const std::vector<PastSource> sources = PastSourcesOf(*files, config, flags.source, flags.mta);
  SampleWriter samples(options.step_ns, flags.labels);
  Progress progress(err, SizeBytes(*files, sources), env);
  Replayed all;
  const Outcome replayed = Replay(
      *files, sources, options, samples, [&](uint64_t bytes) { progress.Advance(bytes); }, all);
  progress.Clear();
  if (!replayed) return Complain(err, replayed.error().message);
  if (const Outcome written =
          WriteOutput(samples, flags.output, Progress(err, samples.size_bytes(), env, "written"));
      !written)
    return Complain(err, written.error().message);
  PrintSummary(sources, all, samples, flags, out);
  int status = kExitDone;
  for (const std::string& problem : all.problems) status = Complain(err, problem);
  return status;
}

}  // namespace mta
