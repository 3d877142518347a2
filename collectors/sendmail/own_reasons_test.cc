#include "collectors/sendmail/own_reasons.h"

#include "catch.h"
#include "collectors/reason_corpus_check.h"
#include "collectors/sendmail/own_reason_rules.h"
#include "exporter/events/reason_table_check.h"

namespace mta::sendmail {
namespace {

using enum Reason;

// As a collector asks: one memo for all texts.
ReasonMemo& Memo() {
  static ReasonMemo memo;
  return memo;
}
Reason DeliveryReason(std::string_view enhanced_status, std::string_view stat, std::string_view reply,
                      bool is_program = false) {
  return sendmail::DeliveryReason(enhanced_status, stat, reply, is_program, Memo());
}
Reason RejectReason(std::string_view text) {
  return sendmail::RejectReason(text, Memo());
}

TEST_CASE("sendmail reasons: every row decides its own example") {
  CheckTable(ReasonRules(StatRules()), StatRules());
}

// `reply=T, stat=T` or `stat=T`, as at the end of a to= line.
Reason Classify(const ReasonSample& sample) {
  if (sample.result == "reject") return RejectReason(sample.text);
  const size_t stat = sample.text.rfind("stat=");
  REQUIRE(stat != std::string::npos);
  const std::string reply = sample.text.starts_with("reply=") ? sample.text.substr(6, stat - 8) : "";
  return DeliveryReason(sample.enhanced_status, sample.text.substr(stat + 5), reply);
}

TEST_CASE("sendmail reasons: the corpus") {
  CheckReasonCorpus("sendmail", 80, Classify);
}

TEST_CASE("sendmail reasons: bare words and the code beside them") {
  CHECK(DeliveryReason("4.4.2", "Deferred", "") == kConnectionLost);
  CHECK(DeliveryReason("4.0.0", "Deferred", "") == kConnectionFailed);
  CHECK(DeliveryReason("5.1.1", "User unknown", "") == kUserUnknown);
  CHECK(DeliveryReason("5.0.0", "Service unavailable", "") == kRemoteSystem);
  CHECK(DeliveryReason("5.7.1", "Service unavailable", "") == kPolicy);
  CHECK(DeliveryReason("5.1.10", "Service unavailable", "") == kDnsNotFound);
  CHECK(DeliveryReason("5.0.0", "Service unavailable", "", true) == kLocalError);
  CHECK(DeliveryReason("5.1.1", "User unknown", "", true) == kUserUnknown);
}

TEST_CASE("sendmail reasons: the reply that ended the session decides, not the one before it") {
  CHECK(DeliveryReason("5.5.1", "Deferred: 421 4.3.2 shutting down", "503 5.5.1 no valid recipients") ==
        kRemoteSystem);
}

TEST_CASE("sendmail reasons: what this host told a client") {
  CHECK(RejectReason("550 5.7.1 <x@far.example>... Relaying denied. Proper authentication required.") ==
        kRelayDenied);
  CHECK(RejectReason("User unknown") == kUserUnknown);
  CHECK(RejectReason("452 4.3.2 Connection rate limit exceeded.") == kRateLimited);
  CHECK(RejectReason(
            "553 5.1.8 <x@nodomain.invalid>... Domain of sender address x@nodomain.invalid does not exist") ==
        kPolicy);
  CHECK(RejectReason("451 4.3.2 Please try again later") == kLocalError);
  CHECK(RejectReason("Command rejected") == kPolicy);
  CHECK(RejectReason("This domain,isnotaccepted here") == kPolicy);
  CHECK(RejectReason("Too many recipients") == kRateLimited);
}

}  // namespace
}  // namespace mta::sendmail
