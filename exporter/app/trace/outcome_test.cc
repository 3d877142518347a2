#include "exporter/app/trace/outcome.h"

#include "catch.h"

namespace mta {
namespace {

using Status = DeliveryStatus;

Story Queued() {
  Story story;
  story.mta = "postfix";
  story.arrival_seen = story.envelope_seen = true;
  return story;
}

Story With(std::initializer_list<std::pair<const char*, Status>> results) {
  Story story = Queued();
  for (const auto& [recipient, status] : results)
    story.attempts.push_back({.recipient = recipient, .status = status});
  return story;
}

Story Removed(Story story) {
  story.end = Story::End::kRemoved;
  return story;
}

Story Noted(Story story, std::initializer_list<const char*> notes) {
  for (const char* note : notes) story.notes.push_back({.what = note});
  return story;
}

Story Refused(Story story, SmtpCommand command) {
  story.refusals.push_back({.command = command});
  return story;
}

TEST_CASE("a recipient's last result counts") {
  CHECK(OutlineOf(Removed(With({{"a", Status::kDeferred}, {"a", Status::kSent}}))).word == "delivered");
  CHECK(OutlineOf(With({{"a", Status::kDeferred}})).word == "deferred");
  CHECK(OutlineOf(With({{"a", Status::kDeferred}, {"b", Status::kSent}})).word == "partly deferred");
  CHECK(OutlineOf(Removed(With({{"a", Status::kBounced}, {"b", Status::kSent}}))).word == "partly bounced");
  CHECK(OutlineOf(Removed(With({{"a", Status::kBounced}}))).failed);
}

TEST_CASE("a message that left the queue before a recipient had it was deleted by hand") {
  const Outline outline = OutlineOf(Removed(With({{"a", Status::kDeferred}})));
  CHECK(outline.word == "deleted");
  CHECK(outline.failed);
}

TEST_CASE("refused is what there is no message of, not a message that lost a recipient") {
  Story nameless;
  nameless.end = Story::End::kRefused;
  CHECK(OutlineOf(Refused(nameless, SmtpCommand::kRcpt)).word == "refused");
  CHECK(OutlineOf(Refused(Queued(), SmtpCommand::kEndOfData)).word == "refused");
  CHECK(OutlineOf(Refused(Queued(), SmtpCommand::kRcpt)).word == "queued");
  CHECK(OutlineOf(Refused(With({{"a", Status::kSent}}), SmtpCommand::kRcpt)).word == "delivered");
}

TEST_CASE("held is what was held last; released, it is what it was") {
  const Story deferred = With({{"a", Status::kDeferred}});
  CHECK(OutlineOf(Noted(deferred, {"placed on hold"})).word == "on hold");
  CHECK(OutlineOf(Noted(deferred, {"placed on hold", "released from hold"})).word == "deferred");
  CHECK(OutlineOf(Noted(Queued(), {"milter-quarantine"})).word == "on hold");
  CHECK(OutlineOf(Noted(Queued(), {"quarantine", "unquarantine"})).word == "queued");
  CHECK(OutlineOf(Removed(Noted(With({{"a", Status::kSent}}), {"hold"}))).word == "delivered");
  Story held = Queued();
  held.waiting.push_back({.recipient = "a", .state = DeliveryPending::State::kHeld});
  CHECK(OutlineOf(held).word == "on hold");
}

TEST_CASE("discarded and requeued are told as such") {
  CHECK(OutlineOf(Noted(Queued(), {"milter-discard"})).word == "discarded");
  CHECK(OutlineOf(Noted(With({{"a", Status::kDeferred}}), {"requeued"})).word == "handed on");
}

TEST_CASE("without an attempt in the log: a notification tells of its failure, a clone of its going on") {
  Story story = Queued();
  story.sender_told = true;
  CHECK(OutlineOf(story).word == "bounced");
  story = Queued();
  story.fork_queue_ids = {"4F1B"};
  CHECK(OutlineOf(story).word == "handed on");
}

TEST_CASE("what is not known is not made up") {
  Story arrived = Queued();
  arrived.envelope_seen = false;
  CHECK(OutlineOf(arrived).word == "unclear");
  CHECK(OutlineOf(Removed(Queued())).word == "gone");
  Story nobody = Queued();
  nobody.recipients = 0;
  CHECK(OutlineOf(nobody).word == "unclear");
}

TEST_CASE("where a message is now: sendmail logs no removal, so a result is its end") {
  Story sent = With({{"a", Status::kSent}});
  CHECK_FALSE(OutlineOf(sent).now.empty());
  sent.mta = "sendmail";
  CHECK(OutlineOf(sent).now.empty());
}

}  // namespace
}  // namespace mta
