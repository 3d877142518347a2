#include "exporter/app/trace/selection.h"

#include "catch.h"

namespace mta {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

// To bob deferred at second 10 and sent at 20, to carol bounced at 10.
Story TwoRecipients() {
  Story story;
  story.queue_id = "4F1A";
  story.message_id = "<id@h>";
  story.envelope_seen = true;
  story.sender = "alice@a.example";
  story.client_name = "pc.example.org";
  story.client_address = "192.0.2.7";
  story.first_ns = 9 * kSecond;
  story.last_ns = 20 * kSecond;
  story.attempts.resize(3);
  story.attempts[0] = {.time_ns = 10 * kSecond,
                       .recipient = "bob@b.example",
                       .relay = "mx.b.example[192.0.2.1]:25",
                       .status = DeliveryStatus::kDeferred,
                       .reason = Reason::kGreylisted};
  story.attempts[1] = {.time_ns = 20 * kSecond,
                       .recipient = "bob@b.example",
                       .original_recipient = "sales@b.example",
                       .relay = "mx.b.example[192.0.2.1]:25",
                       .status = DeliveryStatus::kSent};
  story.attempts[2] = {.time_ns = 10 * kSecond,
                       .recipient = "carol@c.example",
                       .relay = "mx.c.example[192.0.2.2]:25",
                       .status = DeliveryStatus::kBounced,
                       .reason = Reason::kUserUnknown};
  return story;
}

Selection To(const char* recipient) {
  Selection selection;
  selection.recipients.emplace_back(recipient);
  return selection;
}

TEST_CASE("conditions about an attempt must be true of the same one") {
  Selection selection = To("bob@b.example");
  CHECK(selection.Matches(TwoRecipients()));
  selection.statuses = {WantedStatus::kBounced};
  CHECK_FALSE(selection.Matches(TwoRecipients()));
  selection.statuses = {WantedStatus::kBounced, WantedStatus::kDeferred};
  CHECK(selection.Matches(TwoRecipients()));
  selection.reasons = {Reason::kUserUnknown};
  CHECK_FALSE(selection.Matches(TwoRecipients()));
  selection.reasons = {Reason::kGreylisted};
  CHECK(selection.Matches(TwoRecipients()));
  selection.relays = {*HostPattern::Parse("*.c.example")};
  CHECK_FALSE(selection.Matches(TwoRecipients()));
}

TEST_CASE("the time is that of the attempt that is asked for, else the message's") {
  Selection selection = To("carol@c.example");
  selection.since_ns = 15 * kSecond;
  CHECK_FALSE(selection.Matches(TwoRecipients()));
  selection.recipients.clear();
  CHECK(selection.Matches(TwoRecipients()));
  selection.since_ns = 21 * kSecond;
  CHECK_FALSE(selection.Matches(TwoRecipients()));
}

TEST_CASE("a recipient is found by the address it came under, too") {
  CHECK(To("sales@b.example").Matches(TwoRecipients()));
  CHECK_FALSE(To("sales@c.example").Matches(TwoRecipients()));
}

TEST_CASE("the message's own marks: id, Message-ID with or without brackets, sender, client") {
  Selection selection;
  selection.queue_ids = {"4F1B", "4F1A"};
  selection.message_ids = {"ID@H"};
  selection.senders.emplace_back("@a.example");
  selection.clients = {*HostPattern::Parse("192.0.2.0/24")};
  CHECK(selection.Matches(TwoRecipients()));
  selection.clients = {*HostPattern::Parse("*.example.net")};
  CHECK_FALSE(selection.Matches(TwoRecipients()));
  selection.clients.clear();
  selection.queue_ids = {"4f1a"};  // letter case tells queue ids apart
  CHECK_FALSE(selection.Matches(TwoRecipients()));
}

TEST_CASE("an unknown sender is not the empty one") {
  Selection selection;
  selection.senders.emplace_back("<>");
  Story story = TwoRecipients();
  CHECK_FALSE(selection.Matches(story));
  story.sender.clear();
  CHECK(selection.Matches(story));
  story.envelope_seen = false;
  CHECK_FALSE(selection.Matches(story));
}

TEST_CASE("a refused command is found by its recipient, and is no delivery") {
  Story story;
  story.end = Story::End::kRefused;
  story.refusals.push_back(
      {.time_ns = 10 * kSecond, .reason = Reason::kRelayDenied, .recipient = "bob@b.example"});
  Selection selection = To("bob@b.example");
  CHECK(selection.Matches(story));
  selection.statuses = {WantedStatus::kBounced};
  CHECK_FALSE(selection.Matches(story));
  selection.statuses = {WantedStatus::kRejected};
  selection.reasons = {Reason::kRelayDenied};
  CHECK(selection.Matches(story));
  selection.relays = {*HostPattern::Parse("none")};
  CHECK_FALSE(selection.Matches(story));
}

TEST_CASE("who has no result yet is found by name, but not by a result") {
  Story story;
  story.waiting.push_back({.recipient = "bob@b.example"});
  Selection selection = To("bob@b.example");
  CHECK(selection.Matches(story));
  selection.statuses = {WantedStatus::kSent};
  CHECK_FALSE(selection.Matches(story));
}

TEST_CASE("what finds the candidates is an id, else the longest word") {
  Selection selection = To("bob@b.example");
  CHECK(KeyOf(selection).kind == SearchKey::Kind::kRecipient);
  selection.senders.emplace_back("a-much-longer-name@a.example");
  CHECK(KeyOf(selection).kind == SearchKey::Kind::kSender);
  CHECK(KeyOf(selection).needles == std::vector<std::string>{"a-much-longer-name@a.example"});
  selection.senders.emplace_back("*");  // may be anybody: no word finds all of them
  CHECK(KeyOf(selection).kind == SearchKey::Kind::kRecipient);
  selection.message_ids = {"<id-of-it@h>"};
  CHECK(KeyOf(selection).needles == std::vector<std::string>{"id-of-it@h"});
  selection.queue_ids = {"4F1A"};
  CHECK(KeyOf(selection).kind == SearchKey::Kind::kQueueId);
  CHECK(KeyOf(To("*")).needles.empty());
}

}  // namespace
}  // namespace mta
