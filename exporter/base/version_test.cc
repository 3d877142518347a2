#include "exporter/base/version.h"

#include "catch.h"

namespace mta {
namespace {

TEST_CASE("the revision is a hash or nothing, never a message of git") {
  const std::string revision = SourceRevision();
  CHECK((revision.empty() || revision.size() == 40));
  CHECK(revision.find_first_not_of("0123456789abcdef") == std::string::npos);
}

}  // namespace
}  // namespace mta
