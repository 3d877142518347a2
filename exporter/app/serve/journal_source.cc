#include "exporter/app/serve/journal_source.h"

#include <fmt/format.h>

#include "exporter/app/serve/input_dropped.h"
#include "exporter/app/serve/status_of.h"
#include "exporter/journal/journal_files.h"

namespace mta {
namespace {

constexpr std::string_view kKind = "journal";  // of the saved state
constexpr int64_t kTryAgainNs = 1'000'000'000;
constexpr int64_t kLookAgainNs = 10'000'000'000;  // whether its files are still there

}  // namespace

JournalSource::JournalSource(MetricStore& store, Env& env, Logger& logger, std::unique_ptr<LogSource> source,
                             JournalSourceOptions options)
    : store_(store),
      env_(env),
      logger_(logger),
      source_(std::move(source)),
      options_(std::move(options)),
      gaps_(DroppedCounter(store, name(), "gap")),
      damaged_(DroppedCounter(store, name(), "damaged")) {}

Source::Polled JournalSource::Poll(uint64_t budget_bytes) {
  JournalReader::Progress progress;
  std::string problem = problem_;
  if (reader_) {
    auto read = reader_->Read(*this, budget_bytes);
    position_ = reader_->position();
    if (read) {
      progress = *read;
    } else {
      problem = read.error().message;
      reader_ = nullptr;
      next_look_ns_ = env_.MonotonicNs() + kTryAgainNs;
    }
  }
  const bool opened = !progress.more && Look(problem);
  store_.Increment(damaged_, progress.damaged);
  const bool news = Report(problem);
  return {.changed = news || progress.records + progress.damaged > 0, .more = progress.more || opened};
}

// Now and then the files are looked at, and opened where they are others than before.  What is deleted was
// read to its end by now.  True: opened.
bool JournalSource::Look(std::string& problem) {
  const int64_t now_ns = env_.MonotonicNs();
  if (now_ns < next_look_ns_) return false;
  JournalFiles files = FindJournalFiles(env_, options_.journal);
  problem = files.problem;
  if (files.directories != directories_ || !problem.empty()) reader_ = nullptr;
  directories_ = std::move(files.directories);
  const bool open = problem.empty() && !reader_;
  if (open) problem = Open();
  next_look_ns_ = now_ns + (problem.empty() ? kLookAgainNs : kTryAgainNs);
  return open && problem.empty();
}

std::string JournalSource::Open() {
  auto opened = JournalReader::Open(options_.journal, position_, options_.from_beginning);
  if (!opened) return opened.error().message;
  reader_ = std::move(*opened);
  position_ = reader_->position();
  if (const auto& gap = reader_->gap()) {
    store_.Increment(gaps_);
    logger_.Error("records of the journal were deleted before they were read",
                  {{"source", name()},
                   {"records", gap->records ? fmt::format("up to {}, of all programs", *gap->records)
                                            : "unknown: it is another journal"}});
  }
  return "";
}

// True if there is something new to show.
bool JournalSource::Report(const std::string& problem) {
  FollowProgress progress;
  progress.problem = problem;
  source_->metrics().Count(progress);
  if (problem == problem_) return false;
  if (problem.empty()) {
    logger_.Info("the journal can be read again", {{"source", name()}});
  } else {
    logger_.Error(problem, {{"source", name()}});
  }
  problem_ = problem;
  return true;
}

void JournalSource::Record(const LogRecord& record, uint64_t bytes) {
  source_->Take(record);
  source_->Bytes(bytes);
}

void JournalSource::OversizedRecord(uint64_t bytes) {
  source_->OversizedLine(bytes);
  source_->Bytes(bytes);
}

SourceStatus JournalSource::Status() const {
  const std::string& directory = options_.journal.directory;
  SourceStatus status =
      StatusOf(*source_, options_.mta, directory.empty() ? "journal" : "journal " + directory);
  status.up = problem_.empty();
  if (!problem_.empty()) status.warnings.push_back(problem_);
  return status;
}

void JournalSource::Save(ByteWriter& out) const {
  out.PutBytes(kKind);
  out.PutBytes(options_.journal.directory);
  out.PutBytes(position_);
  out.PutPart(*source_);
}

// The position in another journal is none in this one.
Source::Restored JournalSource::Restore(ByteReader& in) {
  const bool same = in.GetBytes() == kKind && in.GetBytes() == options_.journal.directory;
  std::string position(in.GetBytes());
  if (!same || !in.ok()) return Restored::kNothing;
  position_ = std::move(position);
  return in.GetPart(*source_) ? Restored::kWhole : Restored::kPartly;
}

}  // namespace mta
