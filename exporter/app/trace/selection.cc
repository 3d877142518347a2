#include "exporter/app/trace/selection.h"

#include <algorithm>

#include "exporter/base/ascii.h"

namespace mta {
namespace {

// No condition is a condition that all meet.
template <typename Patterns, typename Predicate>
bool AnyOf(const Patterns& patterns, Predicate predicate) {
  return patterns.empty() || std::ranges::any_of(patterns, predicate);
}

std::string_view WithoutBrackets(std::string_view text) {
  if (text.starts_with('<')) text.remove_prefix(1);
  if (text.ends_with('>')) text.remove_suffix(1);
  return text;
}

WantedStatus StatusOf(DeliveryStatus status) {
  return static_cast<WantedStatus>(status);
}
static_assert(static_cast<int>(WantedStatus::kBounced) == static_cast<int>(DeliveryStatus::kBounced));

template <typename T>
bool Contains(const std::vector<T>& values, const T& value) {
  return std::ranges::find(values, value) != values.end();
}

}  // namespace

bool Selection::AboutAttempts() const {
  return !recipients.empty() || !relays.empty() || !statuses.empty() || !reasons.empty();
}

bool Selection::MatchesMessageId(std::string_view message_id) const {
  return AnyOf(message_ids, [&](const std::string& wanted) {
    return EqualsIgnoreCase(WithoutBrackets(wanted), WithoutBrackets(message_id));
  });
}

bool Selection::MatchesClient(std::string_view name, std::string_view address) const {
  return AnyOf(clients,
               [&](const HostPattern& p) { return p.MatchesName(name) || p.MatchesAddress(address); });
}

bool Selection::MatchesRecipient(std::string_view recipient) const {
  return AnyOf(recipients, [&](const AddressPattern& p) { return p.Matches(recipient); });
}

bool Selection::MatchesSender(std::string_view sender) const {
  return AnyOf(senders, [&](const AddressPattern& p) { return p.Matches(sender); });
}

bool Selection::Wants(WantedStatus status) const {
  return Contains(statuses, status);
}

template <typename AnyAttempt>
bool Selection::Matches(const AnyAttempt& attempt, int64_t time_ns, bool expired) const {
  if (time_ns < since_ns || time_ns > until_ns) return false;
  const bool renamed = !attempt.original_recipient.empty();
  if (!MatchesRecipient(attempt.recipient) && !(renamed && MatchesRecipient(attempt.original_recipient)))
    return false;
  if (!AnyOf(relays, [&](const HostPattern& p) { return p.MatchesRelay(attempt.relay); })) return false;
  if (!statuses.empty() && !Wants(StatusOf(attempt.status)) && !(expired && Wants(WantedStatus::kExpired)))
    return false;
  const bool failed = attempt.status != DeliveryStatus::kSent;
  return reasons.empty() || (failed && Contains(reasons, attempt.reason));
}

bool Selection::MatchesAttempt(const Attempt& attempt, const Story& story) const {
  return Matches(attempt, attempt.time_ns, story.expired);
}

bool Selection::MatchesAttempt(const DeliveryAttempt& attempt, int64_t time_ns) const {
  return Matches(attempt, time_ns, /*expired=*/false);
}

bool Selection::MatchesRefusal(const Refusal& refusal) const {
  return refusal.time_ns >= since_ns && refusal.time_ns <= until_ns && relays.empty() &&
         MatchesRecipient(refusal.recipient) && (statuses.empty() || Wants(WantedStatus::kRejected)) &&
         (reasons.empty() || Contains(reasons, refusal.reason));
}

bool Selection::Matches(const Story& story) const {
  if (!queue_ids.empty() && !Contains(queue_ids, story.queue_id)) return false;
  if (!message_ids.empty() && !MatchesMessageId(story.message_id)) return false;
  if (!senders.empty() && !((story.envelope_seen || !story.sender.empty()) && MatchesSender(story.sender)))
    return false;
  if (!MatchesClient(story.client_name, story.client_address)) return false;
  if (!AboutAttempts()) return story.last_ns >= since_ns && story.first_ns <= until_ns;
  const bool waits =
      relays.empty() && statuses.empty() && reasons.empty() &&
      std::ranges::any_of(story.waiting, [&](const Waiting& w) { return MatchesRecipient(w.recipient); });
  return waits ||
         std::ranges::any_of(story.attempts, [&](const Attempt& a) { return MatchesAttempt(a, story); }) ||
         std::ranges::any_of(story.refusals, [&](const Refusal& r) { return MatchesRefusal(r); });
}

namespace {

// The needles of all patterns; none where one of them has none, because its lines could not be found.
template <typename Patterns>
std::vector<std::string> NeedlesOf(const Patterns& patterns) {
  constexpr size_t kShortest = 4;
  std::vector<std::string> needles;
  for (const auto& pattern : patterns) {
    needles.push_back(pattern.Needle());
    if (needles.back().size() < kShortest) return {};
  }
  return needles;
}

size_t ShortestOf(const std::vector<std::string>& needles) {
  size_t shortest = needles.empty() ? 0 : SIZE_MAX;
  for (const std::string& needle : needles) shortest = std::min(shortest, needle.size());
  return shortest;
}

struct MessageIdPattern {
  std::string_view text;
  std::string Needle() const { return LongestLiteral(WithoutBrackets(text)); }
};

}  // namespace

// An id finds the fewest lines, then the longest words do.
SearchKey KeyOf(const Selection& selection) {
  using Kind = SearchKey::Kind;
  if (!selection.queue_ids.empty()) return {Kind::kQueueId, {}};
  if (!selection.message_ids.empty()) {
    std::vector<MessageIdPattern> ids;
    for (const std::string& id : selection.message_ids) ids.push_back({id});
    return {Kind::kMessageId, NeedlesOf(ids)};
  }
  SearchKey best;
  const auto consider = [&best](Kind kind, std::vector<std::string> needles) {
    if (best.kind == Kind::kAnything || ShortestOf(needles) > ShortestOf(best.needles))
      best = {kind, std::move(needles)};
  };
  if (!selection.recipients.empty()) consider(Kind::kRecipient, NeedlesOf(selection.recipients));
  if (!selection.senders.empty()) consider(Kind::kSender, NeedlesOf(selection.senders));
  if (!selection.clients.empty()) consider(Kind::kClient, NeedlesOf(selection.clients));
  if (!selection.relays.empty()) consider(Kind::kAttempt, NeedlesOf(selection.relays));
  if (selection.AboutAttempts()) consider(Kind::kAttempt, {});
  return best;
}

}  // namespace mta
