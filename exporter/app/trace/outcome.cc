#include "exporter/app/trace/outcome.h"

#include <algorithm>
#include <unordered_map>

namespace mta {
namespace {

struct Results {
  size_t sent = 0;
  size_t handed_on = 0;
  size_t deferred = 0;
  size_t bounced = 0;
};

// Of each recipient the last result.
Results Last(const Story& story) {
  std::unordered_map<std::string_view, const Attempt*> last;
  for (const Attempt& attempt : story.attempts) last[attempt.recipient] = &attempt;
  Results results;
  for (const auto& [recipient, attempt] : last) {
    if (attempt->status == DeliveryStatus::kDeferred) ++results.deferred;
    if (attempt->status == DeliveryStatus::kBounced) ++results.bounced;
    if (attempt->status == DeliveryStatus::kSent)
      ++(attempt->hop == Hop::kInternal ? results.handed_on : results.sent);
  }
  return results;
}

bool Mentions(const Note& note, std::string_view word) {
  return note.what.find(word) != note.what.npos;
}

bool IsDiscarded(const Story& story) {
  return std::ranges::any_of(story.notes, [](const Note& note) { return Mentions(note, "discard"); });
}

// What was done last counts: hold and milter-hold, quarantine and milter-quarantine, placed on hold; released
// from hold, requeued, unquarantine.
bool IsOnHold(const Story& story) {
  bool held = !story.waiting.empty() && std::ranges::all_of(story.waiting, [](const Waiting& waiting) {
    return waiting.state == DeliveryPending::State::kHeld;
  });
  for (const Note& note : story.notes) {
    if (Mentions(note, "release") || Mentions(note, "requeue") || Mentions(note, "unquarantine")) {
      held = false;
    } else if (Mentions(note, "hold") || Mentions(note, "quarantine")) {
      held = true;
    }
  }
  return held && story.end != Story::End::kRemoved;
}

bool IsRequeued(const Story& story) {
  return !story.notes.empty() && Mentions(story.notes.back(), "requeue") && story.end != Story::End::kRemoved;
}

// By what was refused there is no message: not just one of its recipients.
bool IsRefused(const Story& story) {
  if (story.refusals.empty() || !story.attempts.empty()) return false;
  const bool content = std::ranges::any_of(story.refusals, [](const Refusal& refusal) {
    return refusal.command == SmtpCommand::kData || refusal.command == SmtpCommand::kEndOfData;
  });
  return content || story.end == Story::End::kRefused || !story.envelope_seen || story.recipients == 0;
}

constexpr std::string_view kInQueue = "as far as the log goes it is still in the queue";
constexpr std::string_view kOnHold = "it waits until somebody releases it";
constexpr std::string_view kDiscarded =
    "a rule or filter of this host threw it away; the sender was told that it was taken";
constexpr std::string_view kRequeued = "it was put into the queue anew, under another id";
constexpr std::string_view kSenderTold = "its sender was told that it could not be delivered";
constexpr std::string_view kDeleted = "somebody deleted it before all had it";
constexpr std::string_view kUnclear = "the log tells no more: it was held, discarded, or never finished";

// sendmail logs no removal: what has its results is over.
std::string_view NowOfOpen(const Story& story) {
  return story.end == Story::End::kRemoved || story.mta == "sendmail" ? std::string_view() : kInQueue;
}

}  // namespace

Outline OutlineOf(const Story& story) {
  const Results results = Last(story);
  const size_t delivered = results.sent + results.handed_on;
  const bool removed = story.end == Story::End::kRemoved;
  if (story.expired) return {"expired", true, false, NowOfOpen(story)};
  if (IsRefused(story)) return {"refused", true, false};
  if (IsRequeued(story)) return {"handed on", false, false, kRequeued};
  if (IsOnHold(story) && (delivered == 0 || results.deferred > 0)) return {"on hold", false, true, kOnHold};
  if (results.bounced > 0)
    return {delivered > 0 ? "partly bounced" : "bounced", true, false, NowOfOpen(story)};
  if (results.deferred > 0 && !removed)
    return {delivered > 0 ? "partly deferred" : "deferred", false, true, kInQueue};
  if (results.deferred > 0) return {"deleted", true, false, kDeleted};
  if (!story.waiting.empty() && !removed)
    return {delivered > 0 ? "partly delivered" : "queued", false, true, NowOfOpen(story)};
  if (results.sent > 0) return {"delivered", false, false, NowOfOpen(story)};
  if (results.handed_on > 0) return {"handed on", false, false, NowOfOpen(story)};
  if (story.sender_told) return {"bounced", true, false, kSenderTold};
  if (!story.fork_queue_ids.empty()) return {"handed on", false, false, kRequeued};
  if (IsDiscarded(story)) return {"discarded", true, false, kDiscarded};
  if (removed) return {"gone", false, true};
  const bool queued = story.envelope_seen && story.recipients != 0;
  if (!queued) return {"unclear", false, true, kUnclear};
  return {"queued", false, true, kInQueue};
}

}  // namespace mta
