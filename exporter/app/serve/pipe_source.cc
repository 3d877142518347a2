#include "exporter/app/serve/pipe_source.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>

#include "exporter/app/serve/status_of.h"

namespace mta {
namespace {

constexpr size_t kChunkBytes = 256 * 1024;

}  // namespace

PipeSource::PipeSource(Env& env, Logger& logger, std::unique_ptr<LogSource> source, std::string mta,
                       std::unique_ptr<File> input)
    : env_(env),
      logger_(logger),
      source_(std::move(source)),
      mta_(std::move(mta)),
      input_(std::move(input)),
      chunk_(new char[kChunkBytes]) {}

// A stamp without year is of the year in which it arrives.
Source::Polled PipeSource::Poll(uint64_t budget_bytes) {
  uint64_t read = 0;
  source_->reader().SetReference(env_.NowNs());
  while (input_ && read < budget_bytes && IsReadable()) {
    const Result<size_t> got = input_->Read(chunk_.get(), kChunkBytes);
    if (!got || *got == 0) {
      End(got ? "" : got.error().message);
      read += 1;
      break;
    }
    cutter_.Feed({chunk_.get(), *got}, *source_);
    source_->Bytes(*got);
    read += *got;
  }
  FollowProgress progress;
  progress.problem = problem_;
  source_->metrics().Count(progress);
  return {.changed = read > 0, .more = input_ && read >= budget_bytes};
}

bool PipeSource::IsReadable() const {
  pollfd fd = {STDIN_FILENO, POLLIN, 0};
  return ::poll(&fd, 1, 0) > 0;
}

void PipeSource::End(const std::string& problem) {
  cutter_.Finish(*source_);
  input_ = nullptr;
  problem_ = problem.empty() ? "standard input has ended" : problem;
  logger_.Warn(problem_, {{"source", name()}});
}

SourceStatus PipeSource::Status() const {
  SourceStatus status = StatusOf(*source_, mta_, "standard input");
  status.up = problem_.empty();
  if (!problem_.empty()) status.warnings.push_back(problem_);
  return status;
}

uint64_t PipeSource::Identity() const {
  const Result<FileStatus> status = input_ ? input_->Status() : Fail("it has ended");
  return status ? status->inode : 0;
}

void PipeSource::Save(ByteWriter& out) const {
  out.Put(Identity());
  out.PutPart(cutter_);
  out.PutPart(*source_);
}

Source::Restored PipeSource::Restore(ByteReader& in) {
  const auto identity = in.Get<uint64_t>();
  const bool cut = in.GetPart(cutter_);
  if (!cut || identity != Identity()) cutter_.Forget();
  return in.GetPart(*source_) ? Restored::kWhole : Restored::kPartly;
}

}  // namespace mta
