#include "exporter/app/scan/scan.h"

#include "exporter/app/console/complain.h"
#include "exporter/app/console/progress.h"
#include "exporter/app/source/first_year.h"
#include "exporter/app/source/log_source.h"
#include "exporter/tail/scan_input.h"
#include "exporter/web/exposition.h"

namespace mta {
namespace {

// The lines of the stream on their way to the source, with a look at the progress now and then.
class ScanSink final : public LineSink {
 public:
  ScanSink(LogSource& source, Progress& progress) : source_(source), progress_(progress) {}
  void Line(std::string_view line) override {
    source_.Line(line);
    progress_.Advance(line.size() + 1);
  }
  void OversizedLine(uint64_t bytes) override {
    source_.OversizedLine(bytes);
    progress_.Advance(bytes);
  }

 private:
  LogSource& source_;
  Progress& progress_;
};

// A file's stamps without year count from its first one; those of standard input are of the year that just
// went by.
void SetYear(const ScanInput& input, const ScanFile& file, Env& env, LogSource& source) {
  if (const std::optional<int> year = FirstYearOf(input, file)) {
    source.reader().SetYear(*year);
  } else {
    source.reader().SetReference(file.regular ? file.mtime_ns : env.NowNs());
  }
}

int ReadAll(ScanInput& input, Env& env, LogSource& source, std::FILE* err) {
  uint64_t size = 0;
  for (const ScanFile& file : input.files()) size += file.size_bytes;
  Progress progress(err, size, env);
  ScanSink sink(source, progress);
  int status = kExitDone;
  for (const ScanFile& file : input.files()) {
    SetYear(input, file, env, source);
    uint64_t bytes = 0;
    const Outcome read = input.Read(file, sink, bytes);
    source.Bytes(bytes);
    if (!read) {
      progress.Clear();
      status = Complain(err, read.error().message);
    }
  }
  progress.Clear();
  return status;
}

}  // namespace

int RunScan(const ScanFlags& flags, Env& env, std::FILE* out, std::FILE* err) {
  MetricStore store;
  if (flags.format == TextFormat::kOpenMetrics) store.KeepExemplars();
  LogSourceOptions options;
  options.name = flags.source;
  options.mta = flags.mta;
  Result<std::unique_ptr<LogSource>> source = LogSource::Make(store, std::move(options));
  if (!source) return Complain(err, source.error().message);
  Result<ScanInput> input = ScanInput::Find(env, flags.operands);
  if (!input) return Complain(err, input.error().message);

  const int status = ReadAll(*input, env, **source, err);
  (*source)->Finish();
  (*source)->Refresh();
  const std::shared_ptr<const View> view = store.Freeze();
  const std::string text = WriteFamilies(flags.format, ViewCollectable(view).Collect(), *view);
  const bool written = std::fwrite(text.data(), 1, text.size(), out) == text.size() && std::fflush(out) == 0;
  return written ? status : Complain(err, "cannot write the metrics to standard output");
}

}  // namespace mta
