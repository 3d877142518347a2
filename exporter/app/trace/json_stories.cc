#include "exporter/app/trace/json_stories.h"

#include <nlohmann/json.hpp>

#include "exporter/app/console/moment.h"
#include "exporter/app/trace/outcome.h"
#include "exporter/events/label_values.h"
#include "exporter/events/reason_advice.h"

namespace mta {
namespace {

using Json = nlohmann::ordered_json;

// What is not known is left out.
void Put(Json& object, const char* key, std::string value) {
  if (!value.empty()) object[key] = std::move(value);
}
void PutTime(Json& object, const char* key, int64_t time_ns) {
  if (time_ns != kNoTime) object[key] = Rfc3339(time_ns);
}

Json AttemptJson(const Attempt& attempt, Redaction& redaction) {
  Json out;
  PutTime(out, "time", attempt.time_ns);
  out["recipient"] = redaction.Address(attempt.recipient);
  Put(out, "original_recipient", redaction.Address(attempt.original_recipient));
  out["status"] = NameOf(kStatusNames, attempt.status);
  out["transport"] = attempt.transport;
  Put(out, "relay", attempt.relay);
  out["hop"] = NameOf(kHopNames, attempt.hop);
  Put(out, "enhanced_status", attempt.enhanced_status);
  if (attempt.status != DeliveryStatus::kSent) {
    out["reason"] = ReasonName(attempt.reason);
    out["meaning"] = AdviceOn(attempt.reason).meaning;
    out["what_helps"] = AdviceOn(attempt.reason).help;
  }
  Put(out, "text", redaction.Text(attempt.text));
  if (attempt.delay_seconds) out["delay_seconds"] = *attempt.delay_seconds;
  if (attempt.duration_seconds) out["attempt_duration_seconds"] = *attempt.duration_seconds;
  if (attempt.phase_seconds) {
    for (size_t i = 0; i < kPhaseNames.size(); ++i)
      out["phase_seconds"][std::string(kPhaseNames[i])] = (*attempt.phase_seconds)[i];
  }
  if (attempt.repeat != 1) out["repeat"] = attempt.repeat;
  return out;
}

Json RefusalJson(const Refusal& refusal, Redaction& redaction) {
  Json out;
  PutTime(out, "time", refusal.time_ns);
  out["command"] = NameOf(kCommandNames, refusal.command);
  out["rejected_by"] = NameOf(kRejectedByNames, refusal.rejected_by);
  Put(out, "code", refusal.code);
  out["reason"] = ReasonName(refusal.reason);
  Put(out, "recipient", redaction.Address(refusal.recipient));
  Put(out, "text", redaction.Text(refusal.text));
  return out;
}

Json WaitingJson(const Waiting& waiting, Redaction& redaction) {
  constexpr std::array<std::string_view, 3> kStates = {"started", "queued", "held"};
  Json out;
  PutTime(out, "time", waiting.time_ns);
  out["recipient"] = redaction.Address(waiting.recipient);
  out["state"] = NameOf(kStates, waiting.state);
  return out;
}

void PutArrival(const Story& story, Redaction& redaction, Json& out) {
  out["arrival_seen"] = story.arrival_seen;
  out["origin"] = NameOf(kOriginNames, story.origin);
  Put(out, "client_name", redaction.ClientName(story.client_name));
  Put(out, "client_address", redaction.Client(story.client_address));
  Put(out, "login", redaction.Name(story.login));
  Put(out, "user_id", story.user_id);
  Put(out, "message_id", redaction.Text(story.message_id));
  if (story.envelope_seen || !story.sender.empty()) out["from"] = redaction.Address(story.sender);
  if (!story.envelope_seen || story.queue_id.empty()) return;
  out["size_bytes"] = story.size_bytes;
  if (story.recipients) out["recipients"] = *story.recipients;
}

void PutLinks(const std::vector<Story>& stories, const Story& story, Json& out) {
  constexpr std::array<std::string_view, 4> kKinds = {"handed_on", "forwarded", "cloned", "notification"};
  for (const Link& link : story.links)
    out["became"].push_back({{"kind", NameOf(kKinds, link.kind)}, {"queue_id", stories[link.to].queue_id}});
  if (story.before) out["before"] = stories[*story.before].queue_id;
}

}  // namespace

std::string JsonStory(const std::vector<Story>& stories, size_t index, Redaction& redaction) {
  const Story& story = stories[index];
  Json out;
  out["mta"] = story.mta;
  out["host"] = story.host;
  Put(out, "queue_id", story.queue_id);
  out["selected"] = story.selected;
  out["outcome"] = OutlineOf(story).word;
  PutTime(out, "first_time", story.first_ns);
  PutTime(out, "last_time", story.last_ns);
  PutArrival(story, redaction, out);
  out["attempts"] = Json::array();
  for (const Attempt& attempt : story.attempts) out["attempts"].push_back(AttemptJson(attempt, redaction));
  if (story.attempts_left_out > 0) out["attempts_left_out"] = story.attempts_left_out;
  for (const Waiting& waiting : story.waiting) out["waiting"].push_back(WaitingJson(waiting, redaction));
  for (const Refusal& refusal : story.refusals) out["refusals"].push_back(RefusalJson(refusal, redaction));
  for (const Note& note : story.notes) {
    Json entry;
    PutTime(entry, "time", note.time_ns);
    entry["action"] = note.what;
    Put(entry, "text", redaction.Text(note.text));
    out["notes"].push_back(std::move(entry));
  }
  if (story.expired) out["expired"] = true;
  if (story.end == Story::End::kRemoved) PutTime(out, "removed_time", story.end_ns);
  if (story.lifetime_seconds) out["lifetime_seconds"] = *story.lifetime_seconds;
  PutLinks(stories, story, out);
  constexpr bool kAscii = true;  // so that no terminal is harmed by what strangers wrote
  return out.dump(-1, ' ', kAscii, Json::error_handler_t::replace) + '\n';
}

}  // namespace mta
