#include "exporter/app/trace/trace_flags.h"

#include "exporter/app/console/flag_kinds.h"
#include "exporter/events/reason.h"

namespace mta {
namespace {

void AddList(CLI::App& app, const char* name, std::vector<std::string>& values, const char* description) {
  app.add_option(name, values, description)->allow_extra_args(false);
}

std::vector<std::string> ReasonNames() {
  std::vector<std::string> names;
  for (size_t i = 0; i < kReasonCount; ++i) names.emplace_back(ReasonName(static_cast<Reason>(i)));
  return names;
}

}  // namespace

void AddTraceFlags(CLI::App& app, TraceFlags& flags) {
  AddMtaFlag(app, flags.mta);
  AddList(app, "--queue-id", flags.queue_ids, "Messages of this queue id");
  AddList(app, "--message-id", flags.message_ids,
          "Messages of this Message-ID, with or without its brackets");
  AddList(app, "--from", flags.senders,
          "Envelope sender: bob@example.com, @example.com, *@*.example.com, <>");
  AddList(app, "--to", flags.recipients, "Recipient, likewise");
  AddList(app, "--client", flags.clients,
          "Where it came from: address, network (192.0.2.0/24) or name (*.example.com)");
  AddList(app, "--relay", flags.relays, "Where it was tried to be delivered, likewise");
  app.add_option("--status", flags.statuses, "sent, deferred, bounced, expired or rejected")
      ->allow_extra_args(false)
      ->check(CLI::IsMember(std::vector<std::string>{"sent", "deferred", "bounced", "expired", "rejected"}));
  app.add_option("--reason", flags.reasons,
                 "Why it failed: greylisted, user_unknown, ... (docs/metrics.md, Reasons)")
      ->allow_extra_args(false)
      ->type_name("REASON")
      ->check([known = ReasonNames()](const std::string& word) {
        if (std::ranges::find(known, word) != known.end()) return std::string();
        std::string error = word + " is no reason: it is one of";
        for (const std::string& name : known) error += " " + name;
        return error;
      });
  app.add_option("--since", flags.since, "From then on: 2026-11-22 10:41, 10:41, yesterday, 2h ago");
  app.add_option("--until", flags.until, "Up to then, likewise");
  AddChoice<TraceFormat>(
      app, "--format", flags.format,
      {{"text", TraceFormat::kText}, {"json", TraceFormat::kJson}, {"lines", TraceFormat::kLines}},
      "text: for a person (default); json: an object a message; lines: the lines of the log");
  app.add_option("--limit", flags.limit, "No more than the newest so many messages; 0: all")
      ->capture_default_str();
  app.add_flag("--follow", flags.follow, "Then wait for what comes, until interrupted");
  app.add_flag("--redact", flags.redact, "Mask the persons in addresses, logins and clients, for a ticket");
  app.add_option(
      "LOG", flags.operands,
      "Files (.gz .bz2 .xz .zst too), multilog directories, -; default: this machine's logs with their "
      "rotated siblings");
}

}  // namespace mta
