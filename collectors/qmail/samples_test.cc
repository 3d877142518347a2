#include "collectors/qmail/conversation.h"
#include "collectors/samples_check.h"

namespace mta::qmail {
namespace {

Events Say(Conversation& conversation, std::string_view line) {
  return conversation.Say(line);
}

TEST_CASE("qmail: every sample line gives the events that stand below it") {
  CHECK(CompareSamples<Conversation>("qmail", Say) >= 7);
}

TEST_CASE("qmail: a restart between any two sample lines changes nothing") {
  CompareSamples<Conversation>("qmail", [](Conversation& conversation, std::string_view line) {
    REQUIRE(conversation.Restart());
    return Say(conversation, line);
  });
}

}  // namespace
}  // namespace mta::qmail
