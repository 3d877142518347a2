#include "collectors/postfix/own_reasons.h"

#include "catch.h"
#include "collectors/postfix/own_reason_rules.h"
#include "collectors/reason_corpus_check.h"
#include "exporter/events/reason_table_check.h"

namespace mta::postfix {
namespace {

using enum Reason;

// As a collector asks: one memo for all texts.
ReasonMemo& Memo() {
  static ReasonMemo memo;
  return memo;
}
Reason DeliveryReason(std::string_view enhanced_status, std::string_view text, bool bounced) {
  return postfix::DeliveryReason(enhanced_status, text, bounced, Memo());
}
Reason RejectReason(std::string_view text) {
  return postfix::RejectReason(text, Memo());
}

TEST_CASE("postfix reasons: every row decides its own example") {
  CheckTable(ReasonRules(DeliveryRules()), DeliveryRules());
  CheckTable(ReasonRules(RejectRules()), RejectRules());
}

TEST_CASE("postfix reasons: the corpus") {
  CheckReasonCorpus("postfix", 350, [](const ReasonSample& sample) {
    if (sample.result == "reject") return RejectReason(sample.text);
    return DeliveryReason(sample.enhanced_status, sample.text, sample.result == "bounced");
  });
}

TEST_CASE("postfix reasons: a server cannot speak with Postfix's voice") {
  const auto said = [](std::string_view words) {
    return DeliveryReason(
        "5.7.1", "host a[192.0.2.1] said: 550 5.7.1 " + std::string(words) + " (in reply to RCPT TO command)",
        true);
  };
  CHECK(said("delivery temporarily suspended: x") == kMailboxUnavailable);  // its words, and no more
  CHECK(said("mail transport unavailable") == kPolicy);
  CHECK(said("x) host b[192.0.2.2] said: 450 4.2.2 ok") == kPolicy);
  CHECK(said("no. Command output: ok") == kPolicy);
}

TEST_CASE("postfix reasons: a text that was cut") {
  CHECK(DeliveryReason("4.4.1", "connect to mx.example.net[192.0.2.1]:25: Connection ref", false) ==
        kConnectionFailed);
  CHECK(DeliveryReason("5.1.1", "host mx.example.net[192.0.2.1] said: 550 5.1.1 <u", true) == kUserUnknown);
  CHECK(DeliveryReason("4.0.0", "host mx.example.net[192.0.2.1] sa", false) == kOther);
  CHECK(DeliveryReason("", "", true) == kOther);
  CHECK(RejectReason("") == kPolicy);
}

TEST_CASE(
    "postfix reasons: what a program says of the mailbox counts, what it says of itself is this host's") {
  const auto output = [](std::string_view text) {
    return DeliveryReason("4.3.0", "temporary failure. Command output: " + std::string(text), false);
  };
  CHECK(output("spamc: connection refused") == kLocalError);
  CHECK(output("lda(u): Error: Quota exceeded (mailbox for user is full)") == kMailboxFull);
  CHECK(output("message identified as spam") == kSpamContent);
  CHECK(output("greylisted") == kLocalError);
}

}  // namespace
}  // namespace mta::postfix
