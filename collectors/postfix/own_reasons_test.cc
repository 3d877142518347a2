#include "collectors/postfix/own_reasons.h"

#include "catch.h"
#include "collectors/postfix/own_reason_rules.h"
#include "exporter/events/reason_table_check.h"

namespace mta::postfix {
namespace {

using enum Reason;

TEST_CASE("postfix reasons: every row decides its own example") {
  CheckTable(ReasonRules(DeliveryRules()), DeliveryRules());
  CheckTable(ReasonRules(RejectRules()), RejectRules());
}

}  // namespace
}  // namespace mta::postfix
