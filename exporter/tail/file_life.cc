// FollowedLog: how a file's life among the known ones begins and ends.
#include <fmt/format.h>

#include "exporter/tail/followed_log.h"
#include "exporter/tail/multilog.h"

namespace mta {
namespace {

void Count(Rotation rotation, FollowProgress& progress) {
  switch (rotation) {
    case Rotation::kRenamed:
      ++progress.renamed;
      break;
    case Rotation::kTruncated:
      ++progress.truncated;
      break;
    case Rotation::kReplaced:
      ++progress.replaced;
      break;
  }
}

}  // namespace

// `position`: among the known ones.
KnownFile& FollowedLog::BeginFile(size_t candidate, size_t position, Pass& pass) {
  const Candidate& at = capture_.files[candidate];
  // What had this inode before, and never showed a line, is gone.
  for (KnownFile& other : known_) {
    if (!other.has_identity() && other.IsAt(at.status)) other.SetPlace("", FileStatus{});
  }
  KnownFile file(options_.max_line_bytes);
  file.serial = next_serial_++;
  file.SetPlace(at.path, at.status);
  file.beginning = at.beginning;
  if (options_.place.multilog) TakeOverLine(file, candidate, position, pass);
  return *known_.insert(known_.begin() + static_cast<ptrdiff_t>(position), std::move(file));
}

KnownFile& FollowedLog::BeginLive(Pass& pass) {
  std::unique_ptr<Content> held;
  if (KnownFile* last = last_live()) {
    Count(plan_.rotation, pass.progress);
    last->quiet_ns = env_.MonotonicNs();
    if (last->IsAt(capture_.files[*plan_.live].status)) {
      // Its content lives on in a copy, if at all.
      held = std::move(last->held);
      last->SetPlace("", FileStatus{});
    }
  }
  KnownFile& file = BeginFile(*plan_.live, known_.size(), pass);
  file.held = std::move(held);
  return file;
}

// A line that was cut at the end of one multilog file goes on in the next one, unless files between them are
// lost.
void FollowedLog::TakeOverLine(KnownFile& file, size_t candidate, size_t position, Pass& pass) {
  if (position == 0) return;
  KnownFile& before = known_[position - 1];
  if (!before.finished) return;
  const bool adjacent = candidate > 0 && plan_.is[candidate - 1] == position - 1;
  if (adjacent) {
    std::swap(file.cutter, before.cutter);
  } else {
    before.cutter.Finish(pass.sink);
  }
}

// All of known[known] that was there has been read.  Will there be more?
bool FollowedLog::IsFinished(size_t known, const Candidate* at) {
  KnownFile& file = known_[known];
  if (file.held && file.held->archive()) return true;
  if (options_.place.multilog && at != nullptr && IsMultilogArchive(FileNameOf(at->path))) return true;
  const bool superseded = plan_.live && plan_.live_is != known;
  const bool deleted = at == nullptr && !capture_.linked[known];
  if (!superseded && !deleted) return false;
  if (file.quiet_ns == 0) {
    const bool was_live = file.live_inode != 0;
    if (!was_live && at != nullptr && env_.NowNs() - at->status.mtime_ns >= kQuietNs) return true;
    file.quiet_ns = env_.MonotonicNs();
  }
  return env_.MonotonicNs() - file.quiet_ns >= kQuietNs;
}

// `at`: where it was read; nullptr: it is only held open, or gone.
void FollowedLog::Finish(KnownFile& file, const Candidate* at, Pass& pass) {
  if (file.held) {
    const auto rest =
        drainer_.DrainRest(file, *file.held, {at != nullptr ? at->path : file.path, false}, pass);
    if (!rest || *rest != Drained::kToEnd) return;  // the next Poll() tries again
    if (!file.held->damage().empty()) pass.progress.notices.push_back(file.held->damage());
  }
  if (!options_.place.multilog || !file.held) file.cutter.Finish(pass.sink);
  if (const uint64_t lost = file.unread_bytes()) {
    pass.progress.lost_bytes += lost;
    pass.progress.notices.push_back(
        fmt::format("{}: {} bytes were destroyed before they could be read", options_.place.path, lost));
  }
  if (at == nullptr) file.SetPlace("", FileStatus{});
  file.finished = true;
  file.held.reset();
}

void FollowedLog::FinishMissing(Pass& pass) {
  const int64_t now = env_.MonotonicNs();
  for (const size_t k : plan_.missing) {
    KnownFile& file = known_[k];
    file.held.reset();  // it has another content by now, if it is there at all
    if (file.missing_ns == 0) file.missing_ns = now;
    // It may be one of those that cannot be read.
    if (!capture_.problem.empty()) pass.Report(capture_.problem);
    const bool empty = !file.has_identity() && file.unread_bytes() == 0;
    const bool gone = empty || now - file.missing_ns >= kQuietNs;
    if (gone && capture_.problem.empty()) Finish(file, nullptr, pass);
  }
}

// A machine that crashes may lose the end of a log that was read already: the state was synced, the log was
// not.  The file is then shorter, or has zeros or other lines where the offset was, but it is no other file:
// it begins as it did, at the same inode.
Result<Capture> FollowedLog::TakeCapture(Pass& pass) {
  auto capture = taker_.Take(known_);
  if (!restored_ || !capture) return capture;
  restored_ = !capture->problem.empty();
  return FindLostTails(*capture, pass) ? taker_.Take(known_) : std::move(capture);
}

// True if there is one: reading goes on behind the last bytes that are known to be the same.
bool FollowedLog::FindLostTails(const Capture& capture, Pass& pass) {
  bool found = false;
  for (const Candidate& at : capture.files) {
    for (size_t k = 0; k < known_.size(); ++k) {
      KnownFile& file = known_[k];
      const bool other = at.relations[k] == Relation::kOther || at.relations[k] == Relation::kPrefix;
      if (at.archive || !at.readable || !other || !file.IsAt(at.status)) continue;
      if (file.head.size < kHeadBytes || at.head != file.head) continue;
      const auto content = Content::Open(env_, at.path, true);
      const uint64_t before = file.offset;
      const auto rewound = content ? file.Rewind(**content) : tl::unexpected(content.error());
      if (!rewound) pass.Report(rewound.error().message);
      if (!rewound || !*rewound) continue;
      found = true;
      taker_.Distrust(at.path);
      pass.progress.notices.push_back(fmt::format(
          "{}: its end is not what was read, as after a crash of the machine: it is read again from "
          "{} bytes before that",
          at.path, before - file.offset));
    }
  }
  return found;
}

}  // namespace mta
