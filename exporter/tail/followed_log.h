// FollowedLog: one log through all its files, as one stream of lines, each handed out exactly once.
//
// Every Poll() looks at the directory (capture.h), decides what is what (reconcile.h), and reads old files to
// their ends before younger ones (drain.h).  An old file is kept open until it was left alone for kQuietNs;
// what is unfinished at its end then is its last line.  In a multilog directory a finished file is never
// written to again, and its last line goes on in the next file.
//
// Between two Poll() calls Save() holds all that is needed to go on after a kill: lines handed out before it
// are not handed out again, all others are.  One thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "exporter/base/bytes.h"
#include "exporter/base/env.h"
#include "exporter/tail/capture.h"
#include "exporter/tail/drain.h"
#include "exporter/tail/follow_sink.h"
#include "exporter/tail/known_file.h"
#include "exporter/tail/reconcile.h"

namespace mta {

struct FollowedLogOptions {
  LogPlace place;
  // What is there at first sight is read, rotated files too; else only what comes from then on.
  bool from_beginning = false;
  bool may_be_missing = false;  // that there is no such file is no problem (it once matched a pattern)
  size_t max_line_bytes = kMaxLineBytes;
  int64_t look_interval_ns = 1'000'000'000;  // between two looks at a directory that seems to be at rest
};

class FollowedLog {
 public:
  FollowedLog(Env& env, FollowedLogOptions options);

  // Hands out what there is, up to about `budget` bytes, and takes that off it.  Adds to `progress`.
  void Poll(FollowSink& sink, uint64_t& budget, FollowProgress& progress);

  // There is no live file, and nothing left to wait for.
  bool gone() const;

  void Save(ByteWriter& out) const;
  // Other bytes than Save()'s give false, and an object as new.
  bool Restore(ByteReader& in);

 private:
  enum class Round : uint8_t {
    kDone,
    kAgain,    // another file was begun: look again
    kChanged,  // a file was not what it seemed: look again
  };

  bool DrainLiveAtRest(Pass& pass);
  bool Look(Pass& pass);
  Result<Capture> TakeCapture(Pass& pass);
  bool FindLostTails(const Capture& capture, Pass& pass);
  void Learn();
  bool FirstSight(Pass& pass);
  bool StartAtEnd(const Candidate& file, Pass& pass);
  void DrainHeld(Pass& pass);

  Round Follow(Pass& pass);
  Round FollowOlder(Pass& pass);
  Round FollowNext(Pass& pass);
  Round FollowLive(Pass& pass);
  bool MayBeginFile();

  Result<Drained> DrainFrom(KnownFile& file, const Candidate* at, Pass& pass);
  Result<Content*> ContentOf(KnownFile& file, const Candidate* at, std::unique_ptr<Content>& opened);
  void Disprove(size_t known, const Candidate* at, Drained how, Pass& pass);

  KnownFile& BeginFile(size_t candidate, size_t position, Pass& pass);
  KnownFile& BeginLive(Pass& pass);
  void TakeOverLine(KnownFile& file, size_t candidate, size_t position, Pass& pass);
  bool IsFinished(size_t known, const Candidate* at);
  void Finish(KnownFile& file, const Candidate* at, Pass& pass);
  void FinishMissing(Pass& pass);
  void Prune();

  void MeasureLag(FollowProgress& progress) const;
  KnownFile* last_live();
  const Candidate* CandidateAt(std::optional<size_t> file) const;

  Env& env_;
  const FollowedLogOptions options_;
  CaptureTaker taker_;
  Drainer drainer_;

  // The state:
  bool seen_ = false;  // what was there at first sight is dealt with
  uint64_t next_serial_ = 1;
  uint64_t live_serial_ = 0;      // of the known file that was live last; 0: none yet
  std::vector<KnownFile> known_;  // in the order of reading

  Capture capture_;        // the last look,
  Plan plan_;              // and what to do about it
  int64_t looked_ns_ = 0;  // when that was
  bool restored_ = false;  // and not looked since: the machine may have crashed meanwhile
  bool at_rest_ = false;   // it ended with everything read and nothing to wait for
  bool failed_ = false;    // an older file could not be read in this round
  int64_t waiting_ns_ =
      0;  // since when younger files wait for an older one that cannot be read; 0: they do not
};

}  // namespace mta
