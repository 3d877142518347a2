#include "exporter/app/trace/hunt.h"

#include <algorithm>

#include "exporter/app/source/line_picker.h"
#include "exporter/app/trace/message_observer.h"
#include "exporter/app/trace/story_links.h"

namespace mta {
namespace {

constexpr size_t kPruneAt = 20'000;

// Gives what concerns a message to two observers.
class Both final : public MessageObserver {
 public:
  Both(LineObserver& a, LineObserver& b) : a_(a), b_(b) {}
  void BeginLine(const LogRecord& record, std::string_view mta) override {
    a_.BeginLine(record, mta);
    b_.BeginLine(record, mta);
  }
  void EndLine(const LogRecord& record, Verdict verdict, std::string_view id) override {
    a_.EndLine(record, verdict, id);
    b_.EndLine(record, verdict, id);
  }
  using MessageObserver::On;
  void On(const LogRecord& r, const DeliveryAttempt& e) override { Tell(r, e); }
  void On(const LogRecord& r, const MessageSource& e) override { Tell(r, e); }
  void On(const LogRecord& r, const MessageReceived& e) override { Tell(r, e); }
  void On(const LogRecord& r, const MessageEnvelope& e) override { Tell(r, e); }
  void On(const LogRecord& r, const MessageRemoved& e) override { Tell(r, e); }
  void On(const LogRecord& r, const MessageExpired& e) override { Tell(r, e); }
  void On(const LogRecord& r, const BounceMessage& e) override { Tell(r, e); }
  void On(const LogRecord& r, const Reject& e) override { Tell(r, e); }
  void On(const LogRecord& r, const DeliveryPending& e) override { Tell(r, e); }

 private:
  template <typename Event>
  void Tell(const LogRecord& record, const Event& event) {
    a_.On(record, event);
    b_.On(record, event);
  }
  LineObserver& a_;
  LineObserver& b_;
};

}  // namespace

Hunt::Hunt(LogFiles& files, const Selection& selection, HuntOptions options, Advance advance)
    : files_(files), selection_(selection), options_(std::move(options)), advance_(std::move(advance)) {}

Outcome Hunt::Run() {
  if (Outcome found = FindCandidates(); !found) return found;
  bool complete = queue_ids_.empty();
  for (int pass = 0; !complete && pass < kMostPasses; ++pass) {
    if (Outcome built = BuildStories(complete); !built) return built;
  }
  Keep(refusals_);
  LinkStories(stories_);
  return {};
}

// --- the logs, from their beginnings to their ends

Outcome Hunt::ReadAll(LineObserver& observer, const Needles& needles,
                      const std::function<void(size_t log)>& begin_log,
                      const std::function<void(const LogFile& file, uint64_t end)>& after_chunk) {
  struct Way {
    std::unique_ptr<EventStream> stream;
    LinePicker picker;
  };
  const Needles nothing;
  std::vector<Way> ways;
  for (size_t log = 0; log < files_.logs().size(); ++log) {
    EventStreamOptions options;
    options.mta = options_.mta == "auto" ? files_.logs()[log].mta : options_.mta;
    auto stream = EventStream::Make(std::move(options), observer);
    if (!stream) return tl::unexpected(stream.error());
    ways.push_back({std::move(*stream), LinePicker(files_.IsWrapped(log) ? nothing : needles)});
  }
  problems_.clear();
  for (const LogFile& file : files_.files()) {
    Way& way = ways[file.log];
    begin_log(file.log);
    files_.SetYear(file, way.stream->reader());
    uint64_t end = 0;
    const Outcome read = files_.Read(file, [&](std::string_view chunk) {
      way.picker.Feed(chunk, *way.stream);
      end += chunk.size();
      after_chunk(file, end);
      advance_(chunk.size());
    });
    if (file.file.ends_line) way.picker.Finish(*way.stream);
    if (!read) problems_.push_back(read.error().message);
  }
  for (size_t log = 0; log < ways.size(); ++log) {
    begin_log(log);
    ways[log].stream->Finish();
  }
  return {};
}

// --- the first pass

Outcome Hunt::FindCandidates() {
  const SearchKey key = KeyOf(selection_);
  if (key.kind == SearchKey::Kind::kQueueId) {
    queue_ids_.insert(selection_.queue_ids.begin(), selection_.queue_ids.end());
    // A message's number alone stands in too few of qmail's lines.
    read_all_lines_ = std::ranges::all_of(queue_ids_, [](const std::string& id) {
      return std::ranges::all_of(id, [](char c) { return c >= '0' && c <= '9'; });
    });
    return {};
  }
  const TextSet none;
  Candidates candidates(selection_, key.kind);
  StoryBuilder refusals({.queue_ids = &none, .keep_lines = options_.keep_lines, .keep_refusals = true});
  Both both(candidates, refusals);
  const auto unselected = [this](const Story& story) { return !selection_.Matches(story); };
  // A chunk later, because what becomes of a message mostly stands soon behind.
  const LogFile* found_in = nullptr;
  uint64_t found_until = 0;
  std::vector<std::string> found;
  const auto look_around = [&](const LogFile* now_in, uint64_t now_until) {
    if (!candidates.unnamed_lines() && found_in != nullptr)
      LookAround(*found_in, now_in == found_in ? now_until : found_until, std::move(found));
    found = candidates.TakeNew();
    found_in = now_in;
    found_until = now_until;
  };
  const Outcome read = ReadAll(
      both, Needles(key.needles), [&](size_t log) { refusals.SetLog(NameOfLog(files_.logs()[log])); },
      [&](const LogFile& file, uint64_t end) {
        look_around(&file, end);
        if (refusals.stories().size() > kPruneAt) refusals.Prune(unselected);
      });
  look_around(found_in, found_until);
  refusals.Prune(unselected);
  refusals_ = std::move(refusals.stories());
  queue_ids_.insert(candidates.queue_ids().begin(), candidates.queue_ids().end());
  queue_ids_.insert(candidates.related().begin(), candidates.related().end());
  read_all_lines_ = candidates.unnamed_lines();
  if (candidates.overflowed())
    problems_.push_back("too many messages may match: only the newest are looked at; narrow the selection");
  return read;
}

// What the lines around tell of messages that were just found (Message-IDs, a bounce's id): known now, it
// saves a pass.
void Hunt::LookAround(const LogFile& file, uint64_t end, std::vector<std::string> ids) {
  constexpr uint64_t kNear = 384U << 10;
  constexpr uint64_t kFar = 4U << 20;
  if (ids.empty() || file.wrapped) return;
  ids = LookThrough(files_.ReadRange(file, end - std::min(end, kNear), end), std::move(ids));
  if (!ids.empty() && end > kNear) LookThrough(files_.ReadRange(file, end - std::min(end, kFar), end), ids);
}

// Learns from `lines` about the messages and those they lead to.  Gives the ids whose arrival is not there.
std::vector<std::string> Hunt::LookThrough(std::string_view lines, std::vector<std::string> ids) {
  TextSet looked_for(ids.begin(), ids.end());
  TextSet arrived;
  for (std::vector<std::string> next = ids; !next.empty();) {
    const TextSet wanted(next.begin(), next.end());
    const Needles needles(std::move(next));
    next.clear();
    StoryBuilder builder({.queue_ids = &wanted, .message_ids = &message_ids_});
    auto stream = EventStream::Make({.mta = options_.mta}, builder);
    if (!stream || !needles.can_search()) break;
    LinePicker picker(needles);
    picker.Feed(lines, **stream);
    for (const Story& story : builder.stories()) {
      if (story.arrival_seen) arrived.insert(story.queue_id);
    }
    for (const std::string& id : builder.related()) {
      queue_ids_.insert(id);
      if (looked_for.insert(id).second) next.push_back(id);
    }
  }
  std::erase_if(ids, [&](const std::string& id) { return arrived.contains(id); });
  return ids;
}

// --- the further passes

Needles Hunt::StoryNeedles() const {
  if (read_all_lines_ || queue_ids_.size() + message_ids_.size() > Needles::kMost) return {};
  std::vector<std::string> words(queue_ids_.begin(), queue_ids_.end());
  words.insert(words.end(), message_ids_.begin(), message_ids_.end());
  return Needles(std::move(words));
}

Outcome Hunt::BuildStories(bool& complete) {
  const size_t known_ids = message_ids_.size();
  const Needles needles = StoryNeedles();
  StoryBuilder builder(
      {.queue_ids = &queue_ids_, .message_ids = &message_ids_, .keep_lines = options_.keep_lines});
  left_out_ = 0;
  const Outcome read = ReadAll(
      builder, needles, [&](size_t log) { builder.SetLog(NameOfLog(files_.logs()[log])); },
      [&](const LogFile&, uint64_t) {
        if (builder.stories().size() > kPruneAt + 2 * options_.limit) DropUnwanted(builder);
      });
  if (!read) return read;
  complete = builder.related().empty() && (message_ids_.size() == known_ids || !needles.can_search());
  queue_ids_.insert(builder.related().begin(), builder.related().end());
  stories_.clear();
  Keep(builder.stories());
  return {};
}

// Makes room: what has ended and is not selected, then what is selected beyond the limit, oldest first.
void Hunt::DropUnwanted(StoryBuilder& builder) {
  builder.Prune(
      [this](const Story& story) { return story.end == Story::End::kRemoved && !selection_.Matches(story); });
  if (options_.limit == 0 || builder.stories().size() < kPruneAt) return;
  size_t excess = builder.stories().size() - options_.limit;
  builder.Prune([&](const Story&) { return excess > 0 && excess-- > 0; });
}

// Keeps the selected ones, as many as are wanted, and the others for the links they may have.
void Hunt::Keep(std::vector<Story>& stories) {
  for (Story& story : stories) {
    story.selected = selection_.Matches(story);
    stories_.push_back(std::move(story));
  }
  if (options_.limit == 0) return;
  std::vector<Story*> selected;
  for (Story& story : stories_) {
    if (story.selected) selected.push_back(&story);
  }
  if (selected.size() <= options_.limit) return;
  std::ranges::stable_sort(selected, std::greater(), &Story::last_ns);
  for (size_t i = options_.limit; i < selected.size(); ++i) selected[i]->selected = false;
  left_out_ += selected.size() - options_.limit;
}

}  // namespace mta
