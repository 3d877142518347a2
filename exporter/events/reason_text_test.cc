#include "exporter/events/reason_text.h"

#include <string>

#include "catch.h"

namespace mta {
namespace {

std::string Folded(std::string_view raw, std::string_view digits = {}) {
  return std::string(ReasonText(raw, digits).view());
}

TEST_CASE("reason text: letters, blanks and dashes have one form") {
  CHECK(Folded("Mailbox  FULL\t(Over-Quota, over_quota)") == "mailbox full (over quota, over quota)");
  CHECK(Folded("") == "");
  CHECK(Folded("doesn't doesn\xE2\x80\x99t \"Received\"") == "doesnt doesnt received");
}

TEST_CASE("reason text: an address cannot pose as a reason") {
  CHECK(Folded("<mailbox-full@x.example>: User unknown") == ": user unknown");
  CHECK(Folded("<\"spam> is\\\" here\"@x.example>... User unknown") == "... user unknown");
  CHECK(Folded("unknown user greylisted@x.example (no)") == "unknown user (no)");
  CHECK(Folded("account (quota@yahoo.com) [0]") == "account () [0]");
  CHECK(Folded("<unknown[192.0.2.9]>: Client host rejected") == ": client host rejected");
  CHECK(Folded("@") == "");
}

TEST_CASE("reason text: what is no address stays") {
  CHECK(Folded("see <https://x.example/a>") == "see <https://x.example/a>");
  CHECK(Folded("bare <LF> received") == "bare <lf> received");
  CHECK(Folded("a < b and c > d") == "a < b and c > d");
  CHECK(Folded("no end <abc") == "no end <abc");
}

TEST_CASE("reason text: the lines of a reply are one sentence") {
  CHECK(Folded("an unusual rate of 421-4.7.0 unsolicited mail. To 421 4.7.0 rest", "421") ==
        "an unusual rate of unsolicited mail. to rest");
  CHECK(Folded("line one: bad/550-5.7.1 line two/550 5.7.1 three", "550") == "line one: bad line two three");
  CHECK(Folded("line one 550-line two", "550") == "line one line two");
  CHECK(Folded("more than 550 recipients", "550") == "more than 550 recipients");
  CHECK(Folded("not 421-4.7.0 mine", "550") == "not 421 4.7.0 mine");
}

TEST_CASE("reason text: a text of any length is cut and done with") {
  CHECK(Folded(std::string(1 << 20, 'x')).size() == ReasonText::kCapacity);
  CHECK(Folded(std::string(1 << 20, '<')).size() == ReasonText::kCapacity);
  CHECK(Folded(std::string(1 << 20, '@')).empty());
}

}  // namespace
}  // namespace mta
