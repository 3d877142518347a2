#include "exporter/tail/reconcile.h"

#include <algorithm>

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
        plan_.is[f] = KnownByContent(f);
      }
    }
    if (plan_.live) plan_.is[*plan_.live] = plan_.live_is = LiveIs(*plan_.live);
    if (plan_.live_is) plan_.live_elsewhere = !known_[*plan_.live_is].IsAt(files()[*plan_.live].status);
    FindSame();
    FindNew();
    FindReadings();
    plan_.next_position = plan_.live_is.value_or(known_.size());
    while (plan_.next_position > 0 && MustComeAfterNext(plan_.next_position - 1)) --plan_.next_position;
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
      if (RelationOf(file, k) != relation) continue;
      if (known_[k].IsAt(files()[file].status)) return k;
      if (!found || (known_[*found].finished && !known_[k].finished)) found = k;
    }
    return found;
  }

  // Which known file a rotated file is, or is a copy of.
  Index KnownByContent(size_t file) const {
    for (const Relation relation : {Relation::kSame, Relation::kHead, Relation::kPrefix}) {
      if (relation == Relation::kPrefix && files()[file].fragment) {
        if (const Index itself = KnownByInode(file)) return itself;
        if (const Index alone = KnownByFragment(file)) return alone;
      }
      if (const Index found = Newest(file, relation)) return found;
    }
    return capture_.multilog ? std::nullopt : Newest(file, Relation::kAlike);
  }

  Index KnownByInode(size_t file) const {
    for (size_t k = known_.size(); k-- > 0;) {
      if (plan_.live_is != k && IsUnidentified(file, k)) return k;
    }
    return std::nullopt;
  }

  // A part of a line to which nobody adds: the file of which that is all that was seen, moved or compressed.
  Index KnownByFragment(size_t file) const {
    for (size_t k = known_.size(); k-- > 0 && files()[file].settled;) {
      const bool unread = !known_[k].has_identity() && !known_[k].finished;
      if (unread && known_[k].beginning == files()[file].beginning) return k;
    }
    return std::nullopt;
  }

  bool LiveIsUnread() const {
    return plan_.live && !(plan_.live_is && known_[*plan_.live_is].has_identity());
  }
  bool IsCopyOfLive(size_t file) const {
    return LiveIsUnread() &&
           (files()[file].like_live == LikeLive::kCopy || files()[file].like_live == LikeLive::kPart);
  }
  bool IsBegun(size_t file) const {
    return std::any_of(known_.begin(), known_.end(), [&](const KnownFile& known) {
      return !known.finished && known.IsAt(files()[file].status);
    });
  }

  bool MayBe(size_t file, size_t k) const {
    return RelationOf(file, k) == Relation::kMaybe || RelationOf(file, k) == Relation::kAlike;
  }

  // `file` is the known one of which no line was seen yet: there is nothing to know it by but its inode, and
  // that is used again.  One that is finished was empty, or could not be read at first sight.
  bool IsUnidentified(size_t file, size_t k) const {
    const Candidate& at = files()[file];
    const KnownFile& known = known_[k];
    if (known.has_identity() || !known.IsAt(at.status)) return false;
    if (known.finished && known.place_size > 0) return known.IsUntouchedAt(at.status);
    return (!at.readable && !at.skipped) || MayBe(file, k);
  }

  // Which known file the live one is.  Its content decides, with two exceptions: a file that has shown no
  // line yet is known by its inode, and where the last live file has a rotated name now, this is another one,
  // however alike it begins.
  Index LiveIs(size_t live) const {
    const FileStatus& status = files()[live].status;
    if (last_live_ && IsUnidentified(live, *last_live_)) return last_live_;
    const Index same = Newest(live, Relation::kSame);
    if (!same || same != last_live_ || known_[*same].live_inode == status.inode) return same;
    for (size_t f = 0; f < files().size(); ++f) {
      const bool renamed =
          f != live && plan_.is[f] == same && files()[f].status.inode == known_[*same].live_inode;
      if (renamed) return std::nullopt;
    }
    return same;
  }

  // A file that was known by its inode alone has the content of one that is known by it.
  void FindSame() {
    for (size_t f = 0; f < files().size(); ++f) {
      if (files()[f].live || !plan_.is[f]) continue;
      for (size_t k = 0; k < known_.size(); ++k) {
        const bool empty = !known_[k].has_identity() && !known_[k].finished && plan_.is[f] != k;
        if (empty && known_[k].IsAt(files()[f].status)) plan_.same.emplace_back(k, *plan_.is[f]);
      }
    }
  }

  void FindNew() {
    size_t begin = 0;  // behind the youngest rotated file that is known
    for (size_t f = 0; f < files().size(); ++f) {
      const Candidate& file = files()[f];
      if (!file.live && !file.fragment && plan_.is[f] && known_[*plan_.is[f]].has_identity()) begin = f + 1;
    }
    for (size_t f = 0; f < files().size() && !plan_.next; ++f) {
      const Candidate& file = files()[f];
      if (file.live || file.skipped) continue;
      if (file.fragment && !file.settled && !IsBegun(f)) plan_.hold_back = true;
      if (plan_.is[f] || IsCopyOfLive(f)) continue;
      plan_.is[f] = KnownByInode(f);
      if (f < begin || plan_.is[f]) continue;
      plan_.is[f] = EmptiedBeforeItsFirstLine(f);
      if (!file.settled) plan_.hold_back = true;
      if (!plan_.is[f]) plan_.next = f;
    }
  }

  // The known file of which a beginning was seen, no line, and now nothing any more: `file` may be a copy.
  Index EmptiedBeforeItsFirstLine(size_t file) const {
    for (size_t k = 0; k < known_.size(); ++k) {
      const KnownFile& known = known_[k];
      if (known.has_identity() || known.finished || known.beginning.size == 0 || IsFound(k)) continue;
      if (MayBe(file, k) && !IsWhereItWas(k)) return k;
    }
    return std::nullopt;
  }

  bool IsFound(size_t k) const {
    return std::find(plan_.is.begin(), plan_.is.end(), Index(k)) != plan_.is.end();
  }

  bool IsWhereItWas(size_t k) const {
    for (size_t f = 0; f < files().size(); ++f) {
      const bool another = files()[f].live && plan_.live_is != k;
      if (known_[k].IsAt(files()[f].status) && MayBe(f, k) && !another) return true;
    }
    return false;
  }

  void FindReadings() {
    for (size_t k = 0; k < known_.size(); ++k) {
      if (plan_.live_is == k || IsRedundant(k) || MustComeAfterNext(k)) continue;
      const Index file = SourceOf(k);
      const bool elsewhere = file && IsBetterThanHeld(*file, k);
      if (known_[k].finished) {
        const bool grew = file && files()[*file].status.size_bytes > known_[k].offset;
        const bool wanted = known_[k].has_identity() || known_[k].place_size == 0;
        if (grew && wanted) plan_.older.push_back({k, file, elsewhere});
      } else if (file || (known_[k].held && (known_[k].has_identity() || !IsEmptied(k)))) {
        plan_.older.push_back({k, file, elsewhere});
      } else {
        plan_.missing.push_back(k);
      }
    }
  }

  bool IsRedundant(size_t k) const {
    return std::any_of(plan_.same.begin(), plan_.same.end(),
                       [&](const auto& same) { return same.first == k; });
  }

  // A file of which no line was seen yet may be younger than the next new one, unless its inode is at an
  // older name: once it has shown a line, whatever is older than it counts as read.
  bool MustComeAfterNext(size_t k) const {
    if (!plan_.next || known_[k].has_identity()) return false;
    const auto begin = plan_.is.begin();
    const auto next = begin + static_cast<ptrdiff_t>(*plan_.next);
    return std::find(begin, next, Index(k)) == next;
  }

  // The live file is at its inode, and has another content: its own is in a copy, if anywhere.
  bool IsEmptied(size_t k) const {
    return plan_.live && plan_.live_is != k && known_[k].IsAt(files()[*plan_.live].status);
  }

  // The best file to read known[k] from: the one that reaches furthest (a copy may be older than what it was
  // made from), among equals itself.  An archive only where there is nothing else, or nothing so young.
  Index SourceOf(size_t k) const {
    Index plain;
    Index archive;
    for (size_t f = 0; f < files().size(); ++f) {
      if (plan_.is[f] != k || !files()[f].readable || files()[f].live) continue;
      const Relation relation = RelationOf(f, k);
      const bool itself =
          MayBe(f, k) && (known_[k].IsAt(files()[f].status) || !known_[k].held || IsEmptied(k));
      if ((relation == Relation::kSame || itself) && (!plain || ReachesFurther(f, *plain, k))) plain = f;
      if (relation == Relation::kHead && !known_[k].finished) archive = f;
    }
    return plain && (!archive || *archive < *plain) ? plain : archive;
  }

  // A file that is deleted and held open has all there is of it; one that was emptied has another's content.
  bool IsBetterThanHeld(size_t file, size_t k) const {
    if (known_[k].IsAt(files()[file].status)) return false;
    if (IsEmptied(k)) return true;
    for (size_t f = 0; f < files().size(); ++f) {
      if (!files()[f].live && known_[k].IsAt(files()[f].status)) return true;
    }
    return false;
  }

  bool ReachesFurther(size_t file, size_t than, size_t k) const {
    const uint64_t size = files()[file].status.size_bytes;
    const uint64_t other = files()[than].status.size_bytes;
    return size > other || (size == other && known_[k].IsAt(files()[file].status));
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
