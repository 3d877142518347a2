#include "exporter/tail/reconcile.h"

namespace mta {
namespace {

using Index = std::optional<size_t>;

class Reconciler {
 public:
  Reconciler(const std::vector<KnownFile>& known, uint64_t live_serial, const Capture& capture)
      : known_(known), capture_(capture) {
    plan_.is.resize(capture.files.size());
    for (size_t k = 0; k < known.size(); ++k) {
      if (known[k].serial == live_serial && live_serial != 0) last_live_ = k;
    }
  }

  Plan Make() {
    for (size_t f = 0; f < files().size(); ++f) {
      if (files()[f].live) {
        plan_.live = f;
      } else {
        plan_.is[f] = KnownAt(f);
      }
    }
    if (plan_.live) plan_.is[*plan_.live] = plan_.live_is = LiveIs(*plan_.live);
    FindNew();
    FindReadings();
    if (plan_.live && !plan_.live_is) plan_.rotation = WhatBecameOfLastLive();
    return std::move(plan_);
  }

 private:
  const std::vector<Candidate>& files() const { return capture_.files; }
  Relation RelationOf(size_t file, size_t known) const { return files()[file].relations[known]; }

  // The newest known file with this relation to `file`; one that was last seen at this inode goes first.
  Index Newest(size_t file, Relation relation) const {
    Index found;
    for (size_t k = known_.size(); k-- > 0;) {
      if (RelationOf(file, k) != relation || !known_[k].has_identity()) continue;
      if (known_[k].IsAt(files()[file].status)) return k;
      if (!found || (known_[*found].finished && !known_[k].finished)) found = k;
    }
    return found;
  }

  // Which known file a rotated file is, or is a copy of.
  Index KnownAt(size_t file) const {
    for (const Relation relation : {Relation::kSame, Relation::kHead, Relation::kPrefix}) {
      if (const Index found = Newest(file, relation)) return found;
    }
    for (size_t k = 0; k < known_.size(); ++k) {
      if (IsUnidentified(file, k)) return k;
    }
    return std::nullopt;
  }

  // `file` is the known one of which no line was seen yet.
  bool IsUnidentified(size_t file, size_t k) const {
    return !known_[k].has_identity() && !known_[k].finished && known_[k].IsAt(files()[file].status) &&
           RelationOf(file, k) == Relation::kSame;
  }

  // Which known file the live one is.  Its content decides, with two exceptions: a file that has shown no
  // line yet is known by its inode, and one whose own inode has a rotated name is that one, however alike the
  // live file begins.
  Index LiveIs(size_t live) const {
    const FileStatus& status = files()[live].status;
    if (last_live_ && IsUnidentified(live, *last_live_)) return last_live_;
    const Index same = Newest(live, Relation::kSame);
    if (!same || known_[*same].IsAt(status)) return same;
    for (size_t f = 0; f < files().size(); ++f) {
      if (f != live && plan_.is[f] == same && known_[*same].IsAt(files()[f].status)) return std::nullopt;
    }
    return same;
  }

  void FindNew() {
    size_t begin = 0;  // behind the youngest rotated file that is known
    for (size_t f = 0; f < files().size(); ++f) {
      if (!files()[f].live && plan_.is[f]) begin = f + 1;
    }
    for (size_t f = begin; f < files().size(); ++f) {
      const Candidate& file = files()[f];
      if (file.live) continue;
      if (!file.settled) plan_.hold_back = true;
      if (!plan_.next && file.readable && file.has_line) plan_.next = f;
    }
  }

  void FindReadings() {
    for (size_t k = 0; k < known_.size(); ++k) {
      if (plan_.live_is == k) continue;
      const Index file = SourceOf(k);
      if (known_[k].finished) {
        if (file && files()[*file].status.size_bytes > known_[k].offset) plan_.older.push_back({k, file});
      } else if (file || known_[k].held) {
        plan_.older.push_back({k, file});
      } else {
        plan_.missing.push_back(k);
      }
    }
  }

  // The best file to read known[k] from: itself, then a copy, then an archive.
  Index SourceOf(size_t k) const {
    Index copy;
    Index archive;
    for (size_t f = 0; f < files().size(); ++f) {
      if (plan_.is[f] != k || !files()[f].readable || files()[f].live) continue;
      const Relation relation = RelationOf(f, k);
      const bool same = relation == Relation::kSame || !known_[k].has_identity();
      if (same && known_[k].IsAt(files()[f].status)) return f;
      if (same) copy = f;
      if (relation == Relation::kHead && !known_[k].finished) archive = f;
    }
    return copy ? copy : archive;
  }

  Rotation WhatBecameOfLastLive() const {
    if (!last_live_) return Rotation::kReplaced;
    if (known_[*last_live_].IsAt(files()[*plan_.live].status)) return Rotation::kTruncated;
    for (const Index& is : plan_.is) {
      if (is == last_live_) return Rotation::kRenamed;
    }
    return capture_.linked[*last_live_] ? Rotation::kRenamed : Rotation::kReplaced;
  }

  const std::vector<KnownFile>& known_;
  const Capture& capture_;
  Index last_live_;
  Plan plan_;
};

}  // namespace

Plan Reconcile(const std::vector<KnownFile>& known, uint64_t live_serial, const Capture& capture) {
  return Reconciler(known, live_serial, capture).Make();
}

}  // namespace mta
