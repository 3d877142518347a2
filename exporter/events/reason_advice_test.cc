#include "exporter/events/reason_advice.h"

#include <fstream>
#include <set>
#include <string>

#include "catch.h"

namespace mta {
namespace {

// The rows of the table of reasons in docs/metrics.md, without the marks around names.
std::set<std::string> DocumentedRows() {
  std::ifstream file(std::string(MTA_SOURCE_DIR) + "/docs/metrics.md");
  std::set<std::string> rows;
  bool reasons = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("## ")) reasons = line == "## Reasons";
    if (!reasons || !line.starts_with("| `")) continue;
    std::erase(line, '`');
    rows.insert(line);
  }
  return rows;
}

TEST_CASE("every reason says what happened and what helps, and docs/metrics.md says the same") {
  const std::set<std::string> documented = DocumentedRows();
  CHECK(documented.size() == kReasonCount);
  std::set<std::string_view> meanings;
  for (size_t i = 0; i < kReasonCount; ++i) {
    const auto reason = static_cast<Reason>(i);
    const ReasonAdvice& advice = AdviceOn(reason);
    INFO(ReasonName(reason));
    CHECK(advice.reason == reason);
    CHECK_FALSE(advice.help.empty());
    CHECK(meanings.insert(advice.meaning).second);
    std::string row = "| ";
    row.append(ReasonName(reason))
        .append(" | ")
        .append(advice.meaning)
        .append(" | ")
        .append(advice.help)
        .append(" |");
    CHECK(documented.contains(row));
  }
}

}  // namespace
}  // namespace mta
