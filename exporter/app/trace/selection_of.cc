#include "exporter/app/trace/selection_of.h"

#include <fmt/format.h>

#include "exporter/app/console/moment.h"

namespace mta {
namespace {

Outcome AddHosts(const char* flag, const std::vector<std::string>& words, std::vector<HostPattern>& hosts) {
  for (const std::string& word : words) {
    Result<HostPattern> host = HostPattern::Parse(word);
    if (!host) return Fail(fmt::format("{}: {}", flag, host.error().message));
    hosts.push_back(std::move(*host));
  }
  return {};
}

Outcome SetMoment(const char* flag, const std::string& text, int64_t now_ns, int64_t& time_ns) {
  if (text.empty()) return {};
  const Result<int64_t> moment = ParseMoment(text, now_ns);
  if (!moment) return Fail(fmt::format("{}: {}", flag, moment.error().message));
  time_ns = *moment;
  return {};
}

WantedStatus StatusNamed(const std::string& word) {
  return word == "sent"       ? WantedStatus::kSent
         : word == "deferred" ? WantedStatus::kDeferred
         : word == "bounced"  ? WantedStatus::kBounced
         : word == "expired"  ? WantedStatus::kExpired
                              : WantedStatus::kRejected;
}

Reason ReasonNamed(const std::string& word) {
  size_t i = 0;
  while (i + 1 < kReasonCount && ReasonName(static_cast<Reason>(i)) != word) ++i;
  return static_cast<Reason>(i);
}

}  // namespace

Result<Selection> SelectionOf(const TraceFlags& flags, int64_t now_ns) {
  Selection selection;
  selection.queue_ids = flags.queue_ids;
  selection.message_ids = flags.message_ids;
  for (const std::string& word : flags.senders) selection.senders.emplace_back(word);
  for (const std::string& word : flags.recipients) selection.recipients.emplace_back(word);
  for (const std::string& word : flags.statuses) selection.statuses.push_back(StatusNamed(word));
  for (const std::string& word : flags.reasons) selection.reasons.push_back(ReasonNamed(word));
  for (const Outcome& done : {AddHosts("--client", flags.clients, selection.clients),
                              AddHosts("--relay", flags.relays, selection.relays),
                              SetMoment("--since", flags.since, now_ns, selection.since_ns),
                              SetMoment("--until", flags.until, now_ns, selection.until_ns)}) {
    if (!done) return tl::unexpected(done.error());
  }
  const bool any = !selection.queue_ids.empty() || !selection.message_ids.empty() ||
                   !selection.senders.empty() || !selection.clients.empty() || selection.AboutAttempts() ||
                   !flags.since.empty();
  if (!any)
    return Fail(
        "trace: say which messages: --to, --from, --queue-id, --message-id, --client, --relay, --status, "
        "--reason or "
        "--since");
  return selection;
}

}  // namespace mta
