#include "exporter/tail/followed_log.h"

#include <fmt/format.h>

#include <algorithm>

namespace mta {
namespace {

constexpr int kMaxRounds = 200;  // of one Poll(): each begins another file
constexpr int kMaxChanges = 8;   // of one Poll(): a directory that does not hold still is left to the next
constexpr size_t kMaxKnownFiles = 64;  // beyond those that are still in the directory
constexpr size_t kMaxHeads = 8;        // files of which the head itself is kept

}  // namespace

FollowedLog::FollowedLog(Env& env, FollowedLogOptions options)
    : env_(env),
      options_(std::move(options)),
      taker_(env, options_.place),
      drainer_(options_.max_line_bytes) {}

void FollowedLog::Poll(FollowSink& sink, uint64_t& budget, FollowProgress& progress) {
  Pass pass{sink, budget, progress};
  if (!DrainLiveAtRest(pass)) {
    int changes = 0;
    for (int rounds = 0; rounds < kMaxRounds && changes < kMaxChanges && Look(pass); ++rounds) {
      const Round round = Follow(pass);
      if (round == Round::kDone) break;
      if (round == Round::kChanged) ++changes;
      if (rounds + 1 == kMaxRounds) progress.more = true;
    }
    if (at_rest_) Prune();
  }
  MeasureLag(progress);
}

// The cheap way: nothing happened since the last look but that the live file grew.
bool FollowedLog::DrainLiveAtRest(Pass& pass) {
  KnownFile* live = last_live();
  if (!at_rest_ || live == nullptr || !live->held) return false;
  if (env_.MonotonicNs() - looked_ns_ >= options_.look_interval_ns) return false;
  const auto status = env_.Status(options_.place.path);
  if (!status || !live->IsAt(*status)) return false;
  const auto drained = drainer_.Drain(*live, *live->held, {options_.place.path, true}, pass);
  if (!drained || *drained == Drained::kChanged) return false;
  if (*drained == Drained::kBudget) pass.progress.more = true;
  return true;
}

bool FollowedLog::Look(Pass& pass) {
  at_rest_ = false;
  auto capture = TakeCapture(pass);
  if (!capture) {
    pass.Report(capture.error().message);
    DrainHeld(pass);
    return false;
  }
  capture_ = std::move(*capture);
  plan_ = Reconcile(known_, live_serial_, capture_);
  looked_ns_ = env_.MonotonicNs();
  Learn();
  return seen_ || options_.from_beginning || FirstSight(pass);
}

// What the capture says about the known files beyond where they are.
void FollowedLog::Learn() {
  for (const auto& [empty, known] : plan_.same) {
    if (live_serial_ == known_[empty].serial) live_serial_ = known_[known].serial;
    known_[empty].SetPlace("", FileStatus{});
    known_[empty].held.reset();
    known_[empty].finished = true;
  }
  for (size_t f = 0; f < capture_.files.size(); ++f) {
    const Candidate& file = capture_.files[f];
    if (!plan_.is[f] || file.archive) continue;
    KnownFile& known = known_[*plan_.is[f]];
    // What is read of it must begin like this, or it is another file by then.
    if (!known.has_identity() && !known.finished && file.readable && known.IsAt(file.status)) {
      known.beginning = file.beginning;
    }
    const bool same = known.has_identity() && file.relations[*plan_.is[f]] == Relation::kSame;
    if (same && !known.finished) known.known_size = std::max(known.known_size, file.status.size_bytes);
  }
}

// Everything that is there counts as read.
bool FollowedLog::FirstSight(Pass& pass) {
  known_.clear();
  for (const Candidate& file : capture_.files) {
    if (file.live) continue;
    KnownFile old(options_.max_line_bytes);
    old.serial = next_serial_++;
    old.finished = true;
    old.SetPlace(file.path, file.status);
    if (file.readable && file.head.size > 0) {
      old.head = file.head;
      old.offset = KnownFile::kWhole;
    }
    known_.push_back(std::move(old));
  }
  const Candidate* live = CandidateAt(plan_.live);
  if (live != nullptr && !(live->readable && StartAtEnd(*live, pass))) {
    pass.Report(capture_.problem);
    return false;
  }
  seen_ = true;
  return Look(pass);
}

// The live file counts as read up to its last whole line.
bool FollowedLog::StartAtEnd(const Candidate& file, Pass& pass) {
  KnownFile live(options_.max_line_bytes);
  std::unique_ptr<Content> opened;
  const auto content = ContentOf(live, &file, opened);
  if (!content || *content == nullptr) return false;
  if (auto skipped = drainer_.SkipToEnd(live, **content, pass.sink); !skipped) {
    pass.Report(skipped.error().message);
    return false;
  }
  live.serial = live_serial_ = next_serial_++;
  live.live_inode = live.inode;
  known_.push_back(std::move(live));
  return true;
}

// The directory cannot be read: what is held open can.
void FollowedLog::DrainHeld(Pass& pass) {
  for (KnownFile& file : known_) {
    if (!file.held) continue;
    const auto drained = drainer_.Drain(file, *file.held, {file.path, file.serial == live_serial_}, pass);
    if (!drained) pass.Report(drained.error().message);
    if (drained && *drained == Drained::kBudget) pass.progress.more = true;
    if (pass.budget == 0) return;
  }
}

FollowedLog::Round FollowedLog::Follow(Pass& pass) {
  failed_ = false;
  const Round older = FollowOlder(pass);
  if (older != Round::kDone || pass.progress.more) return older;
  FinishMissing(pass);
  if (plan_.next && MayBeginFile()) return FollowNext(pass);
  return FollowLive(pass);
}

FollowedLog::Round FollowedLog::FollowOlder(Pass& pass) {
  for (const Plan::Reading& reading : plan_.older) {
    KnownFile& file = known_[reading.known];
    const Candidate* at = CandidateAt(reading.file);
    const Fingerprint beginning = file.beginning;
    const bool had_identity = file.has_identity();
    file.missing_ns = 0;
    if (reading.elsewhere) file.held.reset();
    const auto drained = DrainFrom(file, at, pass);
    if (!drained) {
      failed_ = true;
    } else if (*drained == Drained::kBudget) {
      pass.progress.more = true;
      return Round::kDone;
    } else if (*drained != Drained::kToEnd) {
      Disprove(reading.known, at, *drained, pass);
      return Round::kChanged;
    } else if (!had_identity && (file.has_identity() || file.beginning != beginning)) {
      // What seemed to be other files may be copies of this one, which has shown its content only now.
      return Round::kAgain;
    } else if (!file.finished && IsFinished(reading.known, at)) {
      Finish(file, at, pass);
    }
  }
  return Round::kDone;
}

FollowedLog::Round FollowedLog::FollowNext(Pass& pass) {
  const Candidate* at = CandidateAt(plan_.next);
  KnownFile& file = BeginFile(*plan_.next, plan_.next_position, pass);
  if (!at->readable) {
    // It has its place in the order, and may turn out to be a copy of another one.
    pass.Report(capture_.problem);
    return Round::kDone;
  }
  if (seen_) ++pass.progress.renamed;
  const auto drained = DrainFrom(file, at, pass);
  if (!drained || *drained != Drained::kBudget) return Round::kAgain;
  pass.progress.more = true;
  return Round::kDone;
}

FollowedLog::Round FollowedLog::FollowLive(Pass& pass) {
  const Candidate* at = CandidateAt(plan_.live);
  if (at == nullptr) {
    if (!options_.may_be_missing) pass.Report(fmt::format("{} does not exist", options_.place.path));
    return Round::kDone;
  }
  if (!at->readable) {
    pass.Report(capture_.problem);
    return Round::kDone;
  }
  const bool begun = plan_.live_is && known_[*plan_.live_is].has_identity();
  if (!begun && !MayBeginFile()) return Round::kDone;
  KnownFile& file = plan_.live_is ? known_[*plan_.live_is] : BeginLive(pass);
  live_serial_ = file.serial;
  file.live_inode = at->status.inode;
  file.finished = false;
  file.quiet_ns = file.missing_ns = 0;
  if (plan_.live_elsewhere) file.held.reset();
  const bool had_identity = file.has_identity();
  const auto drained = DrainFrom(file, at, pass);
  if (!drained) return Round::kDone;
  if (*drained == Drained::kBudget) {
    pass.progress.more = true;
  } else if (*drained != Drained::kToEnd) {
    Disprove(static_cast<size_t>(&file - known_.data()), at, *drained, pass);
    return Round::kChanged;
  }
  // Now it shows whether other files are copies of it.
  if (!had_identity && file.has_identity() && !pass.progress.more) return Round::kAgain;
  at_rest_ = !failed_ && !plan_.next && !plan_.hold_back;
  seen_ = seen_ || (at_rest_ && !pass.progress.more);
  return Round::kDone;
}

// May a file be begun that is younger than some that cannot be read?  Order is worth waiting for, but not for
// ever.
bool FollowedLog::MayBeginFile() {
  const bool unread = failed_ || (!plan_.missing.empty() && !capture_.problem.empty());
  const int64_t now = env_.MonotonicNs();
  if (!unread) waiting_ns_ = 0;
  if (unread && waiting_ns_ == 0) waiting_ns_ = now;
  return !plan_.hold_back && (!unread || now - waiting_ns_ >= kQuietNs);
}

Result<Drained> FollowedLog::DrainFrom(KnownFile& file, const Candidate* at, Pass& pass) {
  std::unique_ptr<Content> opened;
  const auto content = ContentOf(file, at, opened);
  if (!content) pass.Report(content.error().message);
  if (!content) return tl::unexpected(content.error());
  if (*content == nullptr) return Drained::kChanged;
  const uint64_t before = file.offset;
  const bool live = at != nullptr && at->live;
  auto drained = drainer_.Drain(file, **content, {at != nullptr ? at->path : file.path, live}, pass);
  if (!drained) pass.Report(drained.error().message);
  if (file.offset != before && file.quiet_ns != 0) file.quiet_ns = env_.MonotonicNs();
  return drained;
}

// What the file holds open, else what lies at the candidate; nullptr if that is another file by now.
Result<Content*> FollowedLog::ContentOf(KnownFile& file, const Candidate* at,
                                        std::unique_ptr<Content>& opened) {
  if (file.held) {
    if (at != nullptr && file.IsAt(at->status)) file.SetPlace(at->path, at->status);
    return file.held.get();
  }
  if (at == nullptr) return nullptr;
  auto content = Content::Open(env_, at->path, at->live);
  if (!content) return tl::unexpected(content.error());
  const auto status = (*content)->Status();
  if (!status) return tl::unexpected(status.error());
  if (status->inode != at->status.inode || status->device != at->status.device) return nullptr;
  file.SetPlace(at->path, *status);
  auto& owner = file.finished ? opened : file.held;
  owner = std::move(*content);
  return owner.get();
}

// The content at `at` is not the known file's, or not so much of it.
void FollowedLog::Disprove(size_t known, const Candidate* at, Drained how, Pass& pass) {
  KnownFile& file = known_[known];
  const bool archive = file.held && file.held->archive();
  if (archive && !file.held->damage().empty()) pass.progress.notices.push_back(file.held->damage());
  file.held.reset();
  if (at == nullptr) return;
  taker_.Distrust(at->path);
  if (archive) taker_.Learn(*at, known, how == Drained::kEndsBefore ? Relation::kPrefix : Relation::kOther);
}

KnownFile* FollowedLog::last_live() {
  const auto live = std::find_if(known_.begin(), known_.end(),
                                 [&](const KnownFile& file) { return file.serial == live_serial_; });
  return live == known_.end() ? nullptr : &*live;
}

const Candidate* FollowedLog::CandidateAt(std::optional<size_t> file) const {
  return file ? &capture_.files[*file] : nullptr;
}

void FollowedLog::MeasureLag(FollowProgress& progress) const {
  for (const KnownFile& file : known_) {
    if (!file.finished) progress.lag_bytes += file.unread_bytes();
  }
  if (!plan_.next) return;
  for (size_t f = *plan_.next; f < capture_.files.size(); ++f) {
    const Candidate& file = capture_.files[f];
    const bool begun = std::any_of(known_.begin(), known_.end(),
                                   [&](const KnownFile& known) { return known.path == file.path; });
    if (!file.live && !plan_.is[f] && !begun) progress.lag_bytes += file.status.size_bytes;
  }
}

bool FollowedLog::gone() const {
  return !plan_.live &&
         std::all_of(known_.begin(), known_.end(), [](const auto& file) { return file.finished; });
}

// Finished files that are no longer in the directory are remembered for a while, in case they come back.
void FollowedLog::Prune() {
  for (size_t k = 0; k + kMaxHeads < known_.size(); ++k) {
    if (known_[k].finished && !known_[k].has_weak_identity()) known_[k].head_bytes.clear();
  }
  for (size_t k = 0; k < known_.size() && known_.size() > kMaxKnownFiles;) {
    const bool present = std::find(plan_.is.begin(), plan_.is.end(), k) != plan_.is.end();
    if (present || !known_[k].finished) {
      ++k;
      continue;
    }
    known_.erase(known_.begin() + static_cast<ptrdiff_t>(k));
    for (auto& is : plan_.is) {
      if (is && *is > k) --*is;
    }
  }
}

void FollowedLog::Save(ByteWriter& out) const {
  out.Put(seen_);
  out.Put(next_serial_);
  out.Put(live_serial_);
  out.Put(static_cast<uint32_t>(known_.size()));
  for (const KnownFile& file : known_) file.Save(out);
}

bool FollowedLog::Restore(ByteReader& in) {
  seen_ = in.Get<uint8_t>() != 0;
  next_serial_ = in.Get<uint64_t>();
  live_serial_ = in.Get<uint64_t>();
  known_.clear();
  at_rest_ = false;
  restored_ = true;
  bool whole = true;
  for (auto left = in.Get<uint32_t>(); left > 0 && whole; --left) {
    KnownFile file(options_.max_line_bytes);
    whole = file.Restore(in);
    if (whole) known_.push_back(std::move(file));
  }
  if (whole && in.ok()) return true;
  seen_ = false;
  next_serial_ = 1;
  live_serial_ = 0;
  known_.clear();
  return false;
}

}  // namespace mta
