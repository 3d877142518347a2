#include "exporter/events/reply_reason.h"

#include "catch.h"
#include "exporter/events/reason_table_check.h"
#include "exporter/events/reply_reason_rules.h"

namespace mta {
namespace {

using enum Reason;

TEST_CASE("reply reason: every row decides its own example, in no other row's shadow") {
  const ReasonRules rules(ReplyTables());
  for (const ReasonTable table : ReplyTables()) CheckTable(rules, table);
  CHECK(rules.memory_bytes() < 300'000);
}

Reason Theirs(std::string_view text, std::string_view status = {}) {
  return ClassifyReply({.text = text, .enhanced_status = status});
}
Reason Ours(std::string_view text) {
  return ClassifyReply({.text = text, .ours = true});
}

TEST_CASE("reply reason: trouble is local where this host says it") {
  CHECK(Theirs("452 4.3.1 Insufficient system storage") == kRemoteSystem);
  CHECK(Ours("452 4.3.1 Insufficient system storage") == kLocalError);
  CHECK(Ours("451 4.3.5 Server configuration problem") == kLocalError);
}

TEST_CASE("reply reason: a server's own connections are its own trouble") {
  CHECK(Theirs("550 connect to mx.example.net:25: Connection refused") == kRemoteSystem);
  CHECK(Theirs("421 4.4.2 closing") == kRemoteSystem);
  CHECK(Theirs("451 4.3.0 <u@x.example> Lock timeout") == kRemoteSystem);
  CHECK(Ours("450 4.4.2 mx.example.net Error: timeout exceeded") == kConnectionTimeout);
  CHECK(ClassifyReply({.text = {}, .enhanced_status = "4.4.2", .about_connection = true}) == kConnectionLost);
}

TEST_CASE("reply reason: words against codes") {
  CHECK(Theirs("450 4.2.1 receiving mail too quickly") == kRateLimited);  // decisive words
  CHECK(Theirs("550 5.1.1 spam here") == kUserUnknown);                   // a specific code
  CHECK(Theirs("550 5.7.1 spam here") == kSpamContent);                   // a general one
  CHECK(Theirs("451 4.7.1 try again later") == kPolicy);                  // words that say nothing
  CHECK(Theirs("451 try again later") == kRemoteSystem);
  CHECK(Theirs("554 sorry") == kOther);
  CHECK(Theirs("554 sorry", "5.1.1") == kUserUnknown);  // only the logged code
}

TEST_CASE("reply reason: what a memo has seen before, it tells apart by words and numbers") {
  ReasonMemo memo;
  const auto reason = [&](Reply reply) {
    CHECK(ClassifyReply(reply, memo) == ClassifyReply(reply));
    return ClassifyReply(reply, memo);
  };
  CHECK(reason({.text = "550 <a@x.example>: no"}) == reason({.text = "550 <b@y.example>: no"}));
  CHECK(reason({.text = "452 4.3.1 no"}) == kRemoteSystem);
  CHECK(reason({.text = "452 4.3.1 no", .ours = true}) == kLocalError);
  CHECK(reason({.text = "554 sorry"}) == kOther);
  CHECK(reason({.text = "554 sorry", .enhanced_status = "5.1.1"}) == kUserUnknown);
  CHECK(reason({.text = "554 5.2.2 sorry", .enhanced_status = "5.1.1"}) == kMailboxFull);
  CHECK(reason({.text = "554 mailbox full", .enhanced_status = "5.1.1"}) == kMailboxFull);
  CHECK(reason({.text = "450 4.4.2 timeout exceeded", .ours = true}) == kConnectionTimeout);
  CHECK(reason({.text = "450 4.4.2 timeout exceeded"}) == kRemoteSystem);
}

}  // namespace
}  // namespace mta
