// Selection: which messages a person asked for.
//
// Conditions of different kinds must all be true, of several of one kind one must be.  Those about an attempt
// (recipient, relay, status, reason) must be true of the same attempt, or of the same refused command, and
// the time must be its time; where there are none of these, the message must have been under way in the time
// asked for.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "exporter/app/trace/patterns.h"
#include "exporter/app/trace/story.h"

namespace mta {

enum class WantedStatus : uint8_t { kSent, kDeferred, kBounced, kExpired, kRejected };

struct Selection {
  std::vector<std::string> queue_ids;
  std::vector<std::string> message_ids;
  std::vector<AddressPattern> senders;
  std::vector<AddressPattern> recipients;
  std::vector<HostPattern> clients;
  std::vector<HostPattern> relays;
  std::vector<WantedStatus> statuses;
  std::vector<Reason> reasons;
  int64_t since_ns = std::numeric_limits<int64_t>::min();
  int64_t until_ns = std::numeric_limits<int64_t>::max();

  bool AboutAttempts() const;
  bool Matches(const Story& story) const;
  bool MatchesAttempt(const Attempt& attempt, const Story& story) const;
  // The same for the event, before there is a story.
  bool MatchesAttempt(const DeliveryAttempt& attempt, int64_t time_ns) const;
  bool MatchesRefusal(const Refusal& refusal) const;

  bool MatchesMessageId(std::string_view message_id) const;
  bool MatchesClient(std::string_view name, std::string_view address) const;
  bool MatchesRecipient(std::string_view recipient) const;
  bool MatchesSender(std::string_view sender) const;
  bool Wants(WantedStatus status) const;  // by name

 private:
  template <typename AnyAttempt>
  bool Matches(const AnyAttempt& attempt, int64_t time_ns, bool expired) const;
};

// The one condition that finds candidates: by it a line can tell that its message may be selected.
struct SearchKey {
  enum class Kind : uint8_t { kQueueId, kMessageId, kRecipient, kSender, kClient, kAttempt, kAnything };
  Kind kind = Kind::kAnything;
  std::vector<std::string> needles;  // a line that tells holds one of them; empty: nothing to look for
};
SearchKey KeyOf(const Selection& selection);

}  // namespace mta
