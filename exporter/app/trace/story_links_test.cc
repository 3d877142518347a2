#include "exporter/app/trace/story_links.h"

#include "catch.h"

namespace mta {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

Story Message(const char* queue_id, const char* message_id, int64_t first, int64_t last) {
  Story story;
  story.mta = "postfix";
  story.host = "mx";
  story.queue_id = queue_id;
  story.message_id = message_id;
  story.first_ns = first * kSecond;
  story.last_ns = last * kSecond;
  story.selected = true;
  return story;
}

void Sent(Story& story, const char* text, Hop hop, const char* transport = "smtp") {
  story.attempts.push_back({.time_ns = story.last_ns, .transport = transport, .hop = hop, .text = text});
}

TEST_CASE("handed to a filter of this host and taken back: the reply's id and the same Message-ID") {
  std::vector<Story> stories = {Message("AAAA1", "<m@h>", 0, 1), Message("BBBB2", "<m@h>", 1, 2)};
  Sent(stories[0], "250 2.0.0 Ok: queued as BBBB2", Hop::kInternal);
  LinkStories(stories);
  REQUIRE(stories[1].before == 0U);
  CHECK(LinkTo(stories, 1) == Link::Kind::kHandedOn);
  CHECK_FALSE(LinkTo(stories, 0));
  CHECK(Chains(stories) == std::vector<std::vector<size_t>>{{0, 1}});
}

TEST_CASE("a remote server's reply links nothing of this host, nor another Message-ID") {
  std::vector<Story> stories = {Message("AAAA1", "<m@h>", 0, 1), Message("BBBB2", "<m@h>", 1, 2),
                                Message("CCCC3", "<other@h>", 1, 2)};
  Sent(stories[0], "250 2.0.0 Ok: queued as BBBB2", Hop::kFinal);
  Sent(stories[0], "250 2.0.0 Ok: queued as CCCC3", Hop::kInternal);
  LinkStories(stories);
  CHECK_FALSE(stories[1].before);
  CHECK_FALSE(stories[2].before);
  stories[1].host = "mx2";  // another host of the log
  LinkStories(stories);
  CHECK(stories[1].before == 0U);
}

TEST_CASE("a notification is linked by the MTA's own word, on its host and in its time") {
  std::vector<Story> stories = {Message("AAAA1", "<m@h>", 10, 20), Message("BBBB2", "<b@h>", 1, 2),
                                Message("BBBB2", "<b2@h>", 20, 21), Message("BBBB2", "<b3@h>", 90, 91)};
  stories[0].bounce_queue_ids = {"BBBB2"};
  LinkStories(stories);
  CHECK(LinkTo(stories, 2) == Link::Kind::kNotified);
  CHECK_FALSE(stories[1].before);  // ended before
  CHECK_FALSE(stories[3].before);  // the id was used again
}

TEST_CASE("sendmail logs no Message-ID of a notification, but makes it of the queue id") {
  std::vector<Story> stories = {Message("6AMAodXh027093", "", 0, 1),
                                Message("6AMAodQ6027094", "<202611221050.6AMAodXh027093@mx>", 1, 2),
                                Message("6AMAodQC027094", "<202611221050.6AMAodXi027093@mx>", 1, 2)};
  for (Story& story : stories) story.mta = "sendmail";
  Sent(stories[0], "Sent (6AMAodQ6027094 Message accepted for delivery)", Hop::kInternal);
  Sent(stories[0], "Sent (6AMAodQC027094 Message accepted for delivery)", Hop::kInternal);
  LinkStories(stories);
  CHECK(stories[1].before == 0U);
  CHECK_FALSE(stories[2].before);
}

TEST_CASE("original ids: believed with the same Message-ID, or from this host") {
  std::vector<Story> stories = {Message("AAAA1", "<m@h>", 0, 1), Message("BBBB2", "<m@h>", 1, 2),
                                Message("CCCC3", "", 1, 2), Message("DDDD4", "", 1, 2)};
  for (size_t i = 1; i < stories.size(); ++i) stories[i].original_queue_id = "AAAA1";
  stories[2].client_address = "127.0.0.1";
  stories[3].client_address = "192.0.2.66";
  LinkStories(stories);
  CHECK(stories[1].before == 0U);
  CHECK(stories[2].before == 0U);
  CHECK_FALSE(stories[3].before);
}

TEST_CASE("forwarded by an alias, split off, and given back by a program") {
  std::vector<Story> stories = {Message("AAAA1", "<m@h>", 0, 5), Message("BBBB2", "<m@h>", 1, 2),
                                Message("CCCC3", "<m@h>", 1, 2), Message("DDDD4", "<m@h>", 4, 9)};
  Sent(stories[0], "forwarded as BBBB2", Hop::kInternal, "local");
  stories[0].fork_queue_ids = {"CCCC3"};
  Sent(stories[0], "delivered via filter service", Hop::kFinal, "pipe");
  stories[3].origin = Origin::kLocal;
  LinkStories(stories);
  CHECK(LinkTo(stories, 1) == Link::Kind::kForwarded);
  CHECK(LinkTo(stories, 2) == Link::Kind::kCloned);
  CHECK(LinkTo(stories, 3) == Link::Kind::kHandedOn);
}

TEST_CASE("links close no circle, and each story is in one chain") {
  std::vector<Story> stories = {Message("AAAA1", "<m@h>", 0, 9), Message("BBBB2", "<m@h>", 0, 9)};
  Sent(stories[0], "250 2.0.0 Ok: queued as BBBB2", Hop::kInternal);
  Sent(stories[1], "250 2.0.0 Ok: queued as AAAA1", Hop::kInternal);
  LinkStories(stories);
  CHECK(stories[0].before.has_value() != stories[1].before.has_value());
  CHECK(Chains(stories).size() == 1);
}

TEST_CASE("chains without a selected story are not told; the others by the time they began") {
  std::vector<Story> stories = {Message("AAAA1", "<a@h>", 7, 9), Message("BBBB2", "<b@h>", 3, 9),
                                Message("CCCC3", "<c@h>", 5, 9)};
  stories[2].selected = false;
  LinkStories(stories);
  CHECK(Chains(stories) == std::vector<std::vector<size_t>>{{1}, {0}});
}

}  // namespace
}  // namespace mta
