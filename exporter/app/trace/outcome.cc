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

bool Has(const Story& story, std::string_view word) {
  return std::ranges::any_of(story.notes,
                             [&](const Note& note) { return note.what.find(word) != note.what.npos; });
}

}  // namespace

Outline OutlineOf(const Story& story) {
  const Results results = Last(story);
  const size_t delivered = results.sent + results.handed_on;
  const bool removed = story.end == Story::End::kRemoved;
  if (story.expired) return {"expired", true, false};
  if (!story.refusals.empty() && story.attempts.empty()) return {"refused", true, false};
  if (results.bounced > 0) return {delivered > 0 ? "partly bounced" : "bounced", true, false};
  if (results.deferred > 0 && !removed) return {delivered > 0 ? "partly deferred" : "deferred", false, true};
  if (results.deferred > 0) return {"gone", true, false};
  if (!story.waiting.empty()) return {delivered > 0 ? "partly delivered" : "queued", false, true};
  if (results.sent > 0) return {"delivered", false, false};
  if (results.handed_on > 0) return {"handed on", false, false};
  if (Has(story, "discard")) return {"discarded", true, false};
  if (removed) return {"gone", false, true};
  return {Has(story, "hold") ? "on hold" : "queued", false, true};
}

}  // namespace mta
