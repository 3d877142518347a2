#include "exporter/events/reply_reason_codes.h"

#include <string>

#include "catch.h"

namespace mta {
namespace {

using enum Reason;

TEST_CASE("reply codes: a reply is digits, enhanced code and words") {
  const auto split = [](std::string_view text) {
    const ReplyParts p = SplitReply(text);
    return std::string(p.digits) + "|" + std::string(p.enhanced) + "|" + std::string(p.words);
  };
  CHECK(split("550 5.1.1 no such user") == "550|5.1.1|no such user");
  CHECK(split("550-5.1.1 no such user") == "550|5.1.1|no such user");
  CHECK(split("550-no such user") == "550||no such user");
  CHECK(split("550 #5.1.0 Address rejected") == "550|5.1.0|Address rejected");
  CHECK(split("550 sorry, not here (#5.7.1)") == "550|5.7.1|sorry, not here (#5.7.1)");
  CHECK(split("550 first (#5.1.1) last (#5.7.1 - chkuser)") ==
        "550|5.7.1|first (#5.1.1) last (#5.7.1 - chkuser)");
  CHECK(split("550 sorry (#102)") == "550||sorry (#102)");
  CHECK(split("5.7.1 milter") == "|5.7.1|milter");
  CHECK(split("550") == "550||");
  CHECK(split("550x") == "||550x");
  CHECK(split("550 192.0.2.9 is bad") == "550||192.0.2.9 is bad");
  CHECK(split("550 5.1.1.1 odd") == "550||5.1.1.1 odd");
  CHECK(split("451 4.7.650 The mail server") == "451|4.7.650|The mail server");
  CHECK(split("") == "||");
}

TEST_CASE("reply codes: 4.7.10 is not 4.7.1") {
  CHECK(GeneralCodeReason(*ParseEnhancedCode("4.7.10")) == kPolicy);
  CHECK(SpecificCodeReason(*ParseEnhancedCode("5.1.10")) == kUserUnknown);
  CHECK_FALSE(SpecificCodeReason(*ParseEnhancedCode("5.2.20")));
  CHECK(GeneralCodeReason(*ParseEnhancedCode("5.2.20")) == kMailboxUnavailable);
  CHECK_FALSE(ParseEnhancedCode("5.2.2000"));
  CHECK_FALSE(ParseEnhancedCode("3.2.2"));
}

TEST_CASE("reply codes: the general principle of every subject") {
  const auto general = [](std::string_view code) { return *GeneralCodeReason(*ParseEnhancedCode(code)); };
  CHECK(general("5.1.99") == kUserUnknown);
  CHECK(general("4.3.1") == kRemoteSystem);
  CHECK(general("4.4.5") == kRemoteSystem);
  CHECK(general("5.5.1") == kProtocolError);
  CHECK(general("5.6.0") == kProtocolError);
  CHECK(general("4.7.99") == kPolicy);
  CHECK_FALSE(GeneralCodeReason(*ParseEnhancedCode("5.0.0")));
  CHECK_FALSE(GeneralCodeReason(*ParseEnhancedCode("2.7.1")));
}

TEST_CASE("reply codes: three digits") {
  CHECK(DigitsReason("421") == kRemoteSystem);
  CHECK(DigitsReason("452") == kRemoteSystem);
  CHECK(DigitsReason("500") == kProtocolError);
  CHECK(DigitsReason("552") == kMailboxFull);
  CHECK(DigitsReason("554") == kOther);
  CHECK(DigitsReason("999") == kProtocolError);
  CHECK(DigitsReason("250") == kProtocolError);
  CHECK(DigitsReason("") == kOther);
}

}  // namespace
}  // namespace mta
