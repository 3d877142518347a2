#include "exporter/tail/capture.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace mta {
namespace {

constexpr int kMaxAttempts = 4;

LikeLive Compare(std::string_view head, std::string_view live) {
  const std::string_view common = head.substr(0, live.size());
  if (common.empty() || !live.starts_with(common)) return LikeLive::kNot;
  if (common.size() == kHeadBytes || common.find('\n') != common.npos) return LikeLive::kCopy;
  return head.size() > live.size() ? LikeLive::kLonger : LikeLive::kPart;
}

// A copy is no longer than what it was made from; what was made from lines tells by its first line.
Relation RelationToUnidentified(const KnownFile& known, std::string_view head) {
  if (!known.beginning.Matches(head.substr(0, known.beginning.size))) return Relation::kOther;
  const auto held = known.held ? known.held->ReadSome(0, kHeadBytes) : Result<std::string>(std::string());
  const LikeLive like = held ? Compare(head, *held) : LikeLive::kNot;
  return like == LikeLive::kCopy || like == LikeLive::kPart ? Relation::kAlike : Relation::kMaybe;
}

// `head`: the first kHeadBytes of the file, or all it has.
Result<Relation> RelationTo(const KnownFile& known, std::string_view head, Content& content,
                            const Candidate& file) {
  if (!known.has_identity()) return RelationToUnidentified(known, head);
  if (head.size() < known.head.size) {
    return !head.empty() && known.head_bytes.starts_with(head) ? Relation::kPrefix : Relation::kOther;
  }
  if (!known.head.Matches(head.substr(0, known.head.size))) return Relation::kOther;
  const bool archived = content.archive() && head.size() == known.offset;
  if (known.has_weak_identity() && !archived && !known.IsAt(file.status)) return Relation::kOther;
  if (!content.archive() && file.status.size_bytes < known.offset) return Relation::kPrefix;
  const uint64_t mark_begin = known.offset - known.mark.size;
  if (known.offset <= head.size()) {
    const bool same = known.mark.Matches(head.substr(mark_begin, known.mark.size));
    if (!same) return Relation::kOther;
    return content.archive() ? Relation::kHead : Relation::kSame;
  }
  if (content.archive()) return Relation::kHead;
  const auto mark = content.ReadSome(mark_begin, known.mark.size);
  if (!mark) return tl::unexpected(mark.error());
  return known.mark.Matches(*mark) ? Relation::kSame : Relation::kOther;
}

bool SameStatus(const FileStatus& a, const FileStatus& b) {
  return a.device == b.device && a.inode == b.inode && a.size_bytes == b.size_bytes &&
         a.mtime_ns == b.mtime_ns;
}

Content* HeldAt(const std::vector<KnownFile>& known, const FileStatus& status) {
  for (const KnownFile& file : known) {
    if (!file.held) continue;
    const auto held = file.held->Status();
    if (held && held->device == status.device && held->inode == status.inode) return file.held.get();
  }
  return nullptr;
}

// Keeps count of the known files that are not located yet, so that the old archives of a year need not be
// opened to find the file of yesterday.
class Search {
 public:
  explicit Search(const std::vector<KnownFile>& known) : known_(known), located_(known.size()) {
    for (size_t k = 0; k < known.size(); ++k) located_[k] = known[k].finished;
  }
  void Found(const Candidate& file) {
    for (size_t k = 0; k < known_.size(); ++k) {
      const bool tells = known_[k].has_identity() ? !file.fragment : known_[k].IsAt(file.status);
      const bool related = file.relations[k] != Relation::kOther && tells;
      if (related) located_[k] = true;
      if (related && known_[k].has_identity() && known_[k].finished && !file.live) reached_finished_ = true;
    }
  }
  // All files older than those found so far are known or older than what is known.
  bool done() const {
    return reached_finished_ && std::find(located_.begin(), located_.end(), false) == located_.end();
  }
  // A finished file seems to have grown.
  bool MayHaveGrown(const Candidate& file) const {
    return std::any_of(known_.begin(), known_.end(), [&](const KnownFile& known) {
      return known.finished && known.IsAt(file.status) && file.status.size_bytes > known.offset;
    });
  }

 private:
  const std::vector<KnownFile>& known_;
  std::vector<bool> located_;
  bool reached_finished_ = false;
};

// Another number when there are other known files, or one is known by more than before.
uint64_t GenerationOf(const std::vector<KnownFile>& known) {
  uint64_t generation = 0;
  for (const KnownFile& file : known) {
    const uint64_t parts[] = {generation, file.serial, file.has_identity(), file.beginning.hash};
    generation = Hash({reinterpret_cast<const char*>(parts), sizeof parts});
  }
  return generation;
}

std::vector<std::string> LastPlaces(const std::vector<KnownFile>& known) {
  std::vector<std::string> paths;
  for (const KnownFile& file : known) {
    if (!file.finished && !file.path.empty()) paths.push_back(file.path);
  }
  return paths;
}

}  // namespace

Result<Capture> CaptureTaker::Take(const std::vector<KnownFile>& known) {
  generation_ = GenerationOf(known);
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    bool held_still = false;
    auto capture = TryTake(known, held_still);
    if (!capture || held_still) return capture;
  }
  return Fail(fmt::format("{} is being rotated: trying again", place_.path));
}

Result<Capture> CaptureTaker::TryTake(const std::vector<KnownFile>& known, bool& held_still) {
  const std::vector<std::string> more = LastPlaces(known);
  const auto names = ListLogNames(env_, place_, more);
  if (!names) return tl::unexpected(names.error());

  Capture capture;
  capture.multilog = place_.multilog;
  Search search(known);
  std::vector<Seen*> found;
  for (auto name = names->rbegin(); name != names->rend(); ++name) {
    Seen& seen = Touch(*name, known.size());
    found.push_back(&seen);
    seen.file.skipped = !seen.looked_into && search.done() && !search.MayHaveGrown(seen.file);
    if (!seen.looked_into && !seen.file.skipped) LookInto(seen, known, capture);
    search.Found(seen.file);
    if (!name->status && capture.problem.empty()) capture.problem = name->status.error().message;
  }

  CompareWithLive(found);

  const auto names_after = ListLogNames(env_, place_, more);
  if (!names_after) return tl::unexpected(names_after.error());
  held_still = *names == *names_after;
  for (auto seen = found.rbegin(); seen != found.rend(); ++seen) {
    // Another file was opened than the name led to before.
    const FileStatus& status = (*seen)->file.status;
    const LogName& name = (*names)[static_cast<size_t>(seen - found.rbegin())];
    if (name.status && (name.status->inode != status.inode || name.status->device != status.device)) {
      held_still = false;
    }
    (*seen)->file.settled = IsSettled(**seen);
    capture.files.push_back((*seen)->file);
  }
  for (const KnownFile& file : known) {
    const auto held = file.held ? file.held->Status() : Result<FileStatus>(FileStatus{});
    capture.linked.push_back(held && held->links > 0);
  }
  Forget(*names);
  return capture;
}

CaptureTaker::Seen& CaptureTaker::Touch(const LogName& name, size_t known_count) {
  const int64_t now = env_.MonotonicNs();
  const auto [place, is_new] = seen_.try_emplace(name.path);
  Seen& seen = place->second;
  if (is_new) seen.first_ns = now;
  const FileStatus status = name.status.value_or(FileStatus{});
  const bool same_file = seen.file.status.inode == status.inode && seen.file.status.device == status.device;
  const bool same_status = name.status && SameStatus(seen.file.status, status);
  if (!same_file) seen.first_ns = now;
  if (is_new || !same_status) seen.changed_ns = now;
  // Likeness to a file of which no line was read ends when that one is emptied.
  const bool alike = std::ranges::find(seen.file.relations, Relation::kAlike) != seen.file.relations.end();
  if (is_new || !same_status || alike || seen.generation != generation_) {
    seen.file = Candidate{};
    seen.file.path = name.path;
    seen.file.live = name.live;
    seen.file.status = status;
    seen.file.relations.assign(known_count, Relation::kOther);
    seen.looked_into = false;
  }
  seen.generation = generation_;
  return seen;
}

void CaptureTaker::LookInto(Seen& seen, const std::vector<KnownFile>& known, Capture& capture) {
  Candidate& file = seen.file;
  file.readable = false;
  Outcome read;
  if (Content* held = HeldAt(known, file.status)) {
    read = ReadEvidence(*held, known, seen);
  } else if (auto opened = Content::Open(env_, file.path, file.live)) {
    read = ReadEvidence(**opened, known, seen);
  } else {
    read = tl::unexpected(opened.error());
  }
  if (read) {
    file.readable = seen.looked_into = true;
  } else if (capture.problem.empty()) {
    capture.problem = read.error().message;
  }
}

Outcome CaptureTaker::ReadEvidence(Content& content, const std::vector<KnownFile>& known, Seen& seen) {
  Candidate& file = seen.file;
  const auto status = content.Status();
  if (!status) return tl::unexpected(status.error());
  file.status = *status;
  file.archive = content.archive();
  const auto head = content.ReadSome(0, kHeadBytes);
  if (!head) return tl::unexpected(head.error());
  file.head = Fingerprint::Of(*head);
  const std::string_view line = std::string_view(*head).substr(0, head->find('\n'));
  const bool whole = line.empty() || line.size() < head->size() || line.size() == kHeadBytes;
  file.fragment = !whole && !place_.multilog;
  file.beginning = Fingerprint::Of(line);
  seen.head = *head;
  for (size_t k = 0; k < known.size(); ++k) {
    const auto relation = RelationTo(known[k], *head, content, file);
    if (!relation) return tl::unexpected(relation.error());
    const bool copy = *relation == Relation::kPrefix && !known[k].IsAt(*status);
    file.relations[k] = copy && place_.multilog ? Relation::kOther : *relation;
  }
  return {};
}

void CaptureTaker::CompareWithLive(const std::vector<Seen*>& found) {
  std::string_view live;
  for (const Seen* seen : found) {
    if (seen->file.live && seen->looked_into) live = seen->head;
  }
  for (Seen* seen : found) {
    const std::string_view head = seen->looked_into ? seen->head : std::string_view();
    seen->file.like_live = place_.multilog ? LikeLive::kNot : Compare(head, live);
  }
}

// A plain file counts as settled after a while though it grows: it may be written to late.  An archive that
// grows is being made, however long that takes.  A part of a line may get its rest, and be another file's.
bool CaptureTaker::IsSettled(const Seen& seen) {
  const int64_t settle_ns = seen.file.fragment ? kQuietNs : kSettleNs;
  if (env_.NowNs() - seen.file.status.mtime_ns >= settle_ns) return true;
  return env_.MonotonicNs() - (seen.file.archive ? seen.changed_ns : seen.first_ns) >= settle_ns;
}

void CaptureTaker::Learn(const Candidate& file, size_t known, Relation relation) {
  const auto seen = seen_.find(file.path);
  if (seen != seen_.end() && seen->second.generation == generation_)
    seen->second.file.relations[known] = relation;
}

void CaptureTaker::Distrust(const std::string& path) {
  const auto seen = seen_.find(path);
  if (seen != seen_.end()) seen->second.looked_into = false;
}

void CaptureTaker::Forget(const std::vector<LogName>& names) {
  std::erase_if(seen_, [&](const auto& entry) {
    return std::none_of(names.begin(), names.end(), [&](const LogName& n) { return n.path == entry.first; });
  });
}

}  // namespace mta
