#include "collectors/sendmail/own_reasons.h"

#include "catch.h"
#include "collectors/sendmail/own_reason_rules.h"
#include "exporter/events/reason_table_check.h"

namespace mta::sendmail {
namespace {

using enum Reason;

TEST_CASE("sendmail reasons: every row decides its own example") {
  CheckTable(ReasonRules(StatRules()), StatRules());
}

}  // namespace
}  // namespace mta::sendmail
