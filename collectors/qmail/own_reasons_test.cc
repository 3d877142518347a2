#include "collectors/qmail/own_reasons.h"

#include "catch.h"
#include "collectors/qmail/own_reason_rules.h"
#include "exporter/events/reason_table_check.h"

namespace mta::qmail {
namespace {

using enum Reason;

TEST_CASE("qmail reasons: every row decides its own example") {
  CheckTable(ReasonRules(ReportRules()), ReportRules());
}

}  // namespace
}  // namespace mta::qmail
