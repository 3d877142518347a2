#include "exporter/app/serve/state_keeper.h"

#include <algorithm>

namespace mta {
namespace {

constexpr int64_t kNsPerByte = 1000;  // 1 MB/s
constexpr int64_t kNsPerCpuNs = 100;  // 1 % of a core
constexpr int64_t kAtLeastEveryNs =
    60'000'000'000;                             // so that the time of the last save tells that all is well
constexpr int64_t kShowNs = 100'000'000;        // between two cuts where nothing is saved
constexpr int64_t kPatienceNs = 1'000'000'000;  // at the end

}  // namespace

StateKeeper::StateKeeper(Env& env, Logger& logger, Publisher& publisher,
                         std::unique_ptr<StateDirectory> directory, std::function<void()> wake,
                         int64_t interval_ns)
    : env_(env), logger_(logger), publisher_(publisher), interval_ns_(interval_ns) {
  if (directory) saver_ = std::make_unique<SnapshotSaver>(env, std::move(directory), std::move(wake));
  status_.kept = saver_ != nullptr;
}

void StateKeeper::Resume(ByteReader& in) {
  status_.saves = in.Get<uint64_t>();
  status_.failures = in.Get<uint64_t>();
  status_.last_save_seconds = in.Get<double>();
}

Section StateKeeper::OwnSection(uint64_t saves, double last_save_seconds) const {
  ByteWriter out;
  out.Put(saves);
  out.Put(status_.failures);
  out.Put(last_save_seconds);
  return {kSection, out.Take()};
}

void StateKeeper::ShowRestored(Publication publication) {
  Publish(std::move(publication), 0);
}

StateKeeper::Wish StateKeeper::Wants(bool changed) const {
  const int64_t now_ns = env_.MonotonicNs();
  if (now_ns < next_ns_) return Wish::kNothing;
  if (!saver_) return changed ? Wish::kShow : Wish::kNothing;
  if (!changed && !behind_ && now_ns - begun_ns_ < kAtLeastEveryNs) return Wish::kNothing;
  if (!saver_->busy()) return Wish::kKeep;
  return IsBlind() ? Wish::kShow : Wish::kNothing;
}

void StateKeeper::Show(Publication publication) {
  next_ns_ = env_.MonotonicNs() + (saver_ ? interval_ns_ : kShowNs);
  Publish(std::move(publication), ++cuts_);
}

void StateKeeper::Keep(Publication publication, Snapshot snapshot, int64_t encode_cpu_ns) {
  begun_ns_ = env_.MonotonicNs();
  begun_seconds_ = 1e-9 * static_cast<double>(env_.NowNs());
  encode_cpu_ns_ = encode_cpu_ns;
  next_ns_ = begun_ns_ + interval_ns_;
  if (unsaved_since_ns_ == 0) unsaved_since_ns_ = begun_ns_;
  behind_ = false;
  saving_cut_ = ++cuts_;
  snapshot.push_back(OwnSection(status_.saves + 1, begun_seconds_));  // this one, where it is read again
  saver_->Start(std::move(snapshot));
  if (IsBlind()) Publish(publication, saving_cut_);
  waiting_ = std::move(publication);
}

// True if there was something to see.
bool StateKeeper::LookFor(int64_t wait_ns) {
  if (!saver_ || !saver_->busy()) return false;
  const auto saved = saver_->Take(wait_ns);
  if (IsBlind() && !live_ && !(saved && saved->bytes)) {
    live_ = true;
    logger_.Error("the state could not be saved for a while: what is shown now would be lost in a crash");
  }
  if (!saved) return false;
  saved->bytes ? Succeed(*saved) : Fail(saved->bytes.error().message);
  waiting_.reset();
  return true;
}

void StateKeeper::Succeed(const SnapshotSaver::Saved& saved) {
  const int64_t for_disk_ns = static_cast<int64_t>(*saved.bytes) * kNsPerByte;
  const int64_t for_cpu_ns = (saved.cpu_ns + encode_cpu_ns_) * kNsPerCpuNs;
  next_ns_ = begun_ns_ + std::max({interval_ns_, for_disk_ns, for_cpu_ns});
  if (failing_ || live_) logger_.Info("the state is saved again");
  unsaved_since_ns_ = 0;
  failing_ = live_ = false;
  ++status_.saves;
  status_.last_save_seconds = begun_seconds_;
  status_.warning.clear();
  // A newer cut may have been shown while this one hung: then the next one has to be waited for.
  behind_ = saving_cut_ < shown_cut_;
  if (behind_) {
    Publish(shown_, shown_cut_);
  } else {
    Publish(std::move(*waiting_), saving_cut_);
  }
}

void StateKeeper::Fail(const std::string& problem) {
  ++status_.failures;
  status_.warning = "the state cannot be saved: " + problem;
  behind_ = true;
  if (!failing_) logger_.Error("the state cannot be saved", {{"error", problem}});
  failing_ = true;
  Publish(shown_, shown_cut_);
}

void StateKeeper::Finish(Publication publication, Snapshot snapshot) {
  if (!saver_) return Publish(std::move(publication), ++cuts_);
  LookFor(kPatienceNs);
  if (!saver_->busy()) {
    Keep(std::move(publication), std::move(snapshot), 0);
    LookFor(kPatienceNs);
  }
  if (!saver_->busy() && !behind_) return;
  logger_.Warn("the last state was not saved: what was read since the one before will be read again");
}

bool StateKeeper::IsBlind() const {
  return unsaved_since_ns_ != 0 && env_.MonotonicNs() - unsaved_since_ns_ > kBlindNs;
}

void StateKeeper::Publish(Publication publication, uint64_t cut) {
  publication.state = status_;
  if (live_ && publication.state.warning.empty())
    publication.state.warning = "the state has not been saved for a while: the disk does not answer";
  shown_cut_ = cut;
  shown_ = publication;
  publisher_.Publish(std::move(publication));
}

}  // namespace mta
