#include "collectors/samples_check.h"
#include "collectors/sendmail/conversation.h"

namespace mta::sendmail {
namespace {

// `TAG[PID]: MESSAGE` behind stamp and host.
Events Say(Conversation& conversation, std::string_view line) {
  line.remove_prefix(std::string_view("Nov 22 10:42:35 mxhost ").size());
  return conversation.Say(line.substr(line.find(": ") + 2), line.substr(0, line.find('[')));
}

TEST_CASE("sendmail: every sample line gives the events that stand below it") {
  CHECK(CompareSamples<Conversation>("sendmail", Say) >= 8);
}

TEST_CASE("sendmail: a restart between any two sample lines changes nothing") {
  CompareSamples<Conversation>("sendmail", [](Conversation& conversation, std::string_view line) {
    REQUIRE(conversation.Restart());
    return Say(conversation, line);
  });
}

}  // namespace
}  // namespace mta::sendmail
