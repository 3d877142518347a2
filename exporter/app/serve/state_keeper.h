// StateKeeper: every cut is saved, and shown once it is durable.
//
// A cut is all state as it stood at one line: what is shown of it (a Publication) and what outlives a restart
// (a Snapshot).  Whoever scrapes must never see a counter that a crash could take back: Prometheus would add
// the whole value again.  So a publication waits until its snapshot is in place.  Only where saving has
// failed or hung for kBlindNs, cuts are shown at once until it works again: a blind monitor is worse.
//
// Cuts are asked for about every second in which something changed, but so seldom that saving takes at most
// 1 % of a core and writes at most 1 MB/s.  The ingest thread only.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "exporter/base/env.h"
#include "exporter/base/logger.h"
#include "exporter/state/snapshot_saver.h"
#include "exporter/web/status.h"

namespace mta {

class StateKeeper {
 public:
  static constexpr int64_t kBlindNs = 30'000'000'000;

  // Without a directory nothing is saved, and every cut is shown at once.  `wake` is called from another
  // thread when Look() has something to do.
  StateKeeper(Env& env, Logger& logger, Publisher& publisher, std::unique_ptr<StateDirectory> directory,
              std::function<void()> wake, int64_t interval_ns);

  // Its own part of the snapshot that was restored; before anything else.
  static constexpr const char* kSection = "saves";
  void Resume(ByteReader& in);
  // Before the first cut: what was restored, and nothing beyond that.
  void ShowRestored(Publication publication);

  enum class Wish : uint8_t { kNothing, kShow, kKeep };
  // Whether a cut is wanted now; `changed`: something is new since the last one.
  Wish Wants(bool changed) const;
  // When Wants() can want something next: monotonic.
  int64_t next_ns() const { return next_ns_; }

  // As wished: a cut to be shown, one to be saved and shown.  `encode_cpu_ns`: what it took to make it.
  void Show(Publication publication);
  void Keep(Publication publication, Snapshot snapshot, int64_t encode_cpu_ns);
  // Shows what has become durable.
  void Look() { LookFor(0); }
  // The last cut: it is waited for, but not for long.
  void Finish(Publication publication, Snapshot snapshot);

  // After Finish(): its own part of a snapshot that is not saved.
  Section Leave() const { return OwnSection(status_.saves, status_.last_save_seconds); }

  // How many cuts there were, and which of them is shown.
  uint64_t cuts() const { return cuts_; }
  uint64_t shown() const { return shown_cut_; }

 private:
  bool LookFor(int64_t wait_ns);
  void Succeed(const SnapshotSaver::Saved& saved);
  void Fail(const std::string& problem);
  bool IsBlind() const;
  void Publish(Publication publication, uint64_t cut);
  Section OwnSection(uint64_t saves, double last_save_seconds) const;

  Env& env_;
  Logger& logger_;
  Publisher& publisher_;
  const int64_t interval_ns_;
  std::unique_ptr<SnapshotSaver> saver_;  // null: no state is kept
  StateStatus status_;

  uint64_t cuts_ = 0;
  int64_t next_ns_ = 0;
  Publication shown_;
  uint64_t shown_cut_ = 0;

  // Of the snapshot that is being saved, or was last:
  std::optional<Publication> waiting_;  // for it to be durable
  uint64_t saving_cut_ = 0;
  int64_t begun_ns_ = 0;
  double begun_seconds_ = 0;
  int64_t encode_cpu_ns_ = 0;

  int64_t unsaved_since_ns_ = 0;  // the first save that was begun since the last that succeeded; 0: none
  bool behind_ = false;   // the newest cut is not durable, and nothing is under way that would make it so
  bool failing_ = false;  // the last save failed
  bool live_ = false;     // it was said that cuts are shown at once
};

}  // namespace mta
