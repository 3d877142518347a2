#include "collectors/qmail/own_reasons.h"

#include <algorithm>

#include "catch.h"
#include "collectors/qmail/own_reason_rules.h"
#include "collectors/reason_corpus_check.h"
#include "exporter/events/reason_table_check.h"

namespace mta::qmail {
namespace {

using enum Reason;

// As a collector asks: one memo for all texts.
Reason DeliveryReason(std::string_view report, bool temporary) {
  static ReasonMemo memo;
  return qmail::DeliveryReason(report, temporary, memo);
}

TEST_CASE("qmail reasons: every row decides its own example") {
  CheckTable(ReasonRules(ReportRules()), ReportRules());
}

TEST_CASE("qmail reasons: the corpus") {
  CheckReasonCorpus("qmail", 80, [](const ReasonSample& sample) {
    std::string report = sample.text;
    std::ranges::replace(report, '_', ' ');
    return DeliveryReason(report, sample.result == "deferral");
  });
}

TEST_CASE("qmail reasons: too long in the queue is the last line of a failure, not a server's words") {
  const std::string line = "I'm not going to try again; this message has been in the queue too long./";
  CHECK(DeliveryReason("CNAME lookup failed temporarily. (#4.4.3)/" + line, false) == kExpired);
  CHECK(DeliveryReason("CNAME lookup failed temporarily. (#4.4.3)/" + line, true) == kDnsTemporary);
  CHECK(DeliveryReason(
            "192.0.2.1 failed on DATA command./Remote host said: 451 4.7.1 no/I'm not going to try again/",
            true) == kPolicy);
}

TEST_CASE("qmail reasons: a failure with a temporary code, a deferral with a permanent one") {
  CHECK(DeliveryReason("Connected to 192.0.2.1 but greeting failed./Remote host said: 554 5.3.2 go away/",
                       true) == kRemoteSystem);
  CHECK(DeliveryReason(
            "Connected to 192.0.2.1 but my name was rejected./Remote host said: 550 5.7.1 HELO bad name/",
            true) == kPolicy);
}

TEST_CASE("qmail reasons: reports without a word, or with unknown ones, are this host's") {
  CHECK(DeliveryReason("", true) == kLocalError);
  CHECK(DeliveryReason("report mangled, will defer", true) == kLocalError);
  CHECK(DeliveryReason("something went wrong/", false) == kLocalError);
}

}  // namespace
}  // namespace mta::qmail
