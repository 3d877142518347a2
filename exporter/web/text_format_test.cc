#include "exporter/web/text_format.h"

#include <cmath>
#include <cstdlib>
#include <limits>

#include "catch.h"

namespace mta {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::string Value(double value) {
  std::string out;
  AppendValue(out, value);
  return out;
}

std::string Bound(double bound) {
  std::string out;
  AppendBound(out, bound);
  return out;
}

TEST_CASE("integers are written as integers, others in the fewest digits that come back the same") {
  CHECK(Value(0) == "0");
  CHECK(Value(-3) == "-3");
  CHECK(Value(1e6) == "1000000");
  CHECK(Value(1795478400) == "1795478400");
  CHECK(Value(9007199254740992) == "9007199254740992");
  CHECK(Value(0.1) == "0.1");
  CHECK(Value(1795478400.123) == "1795478400.123");
  for (const double value :
       {0.1 + 0.2, 1e300, 5e-324, std::numeric_limits<double>::max(), 1.0 / 3, 1e22, 123456789.125}) {
    CHECK(std::strtod(Value(value).c_str(), nullptr) == value);
  }
}

TEST_CASE("what is no number has the names Prometheus knows") {
  CHECK(Value(std::nan("")) == "NaN");
  CHECK(Value(kInfinity) == "+Inf");
  CHECK(Value(-kInfinity) == "-Inf");
}

TEST_CASE("bounds are floats, in the form Prometheus 3 would give them") {
  CHECK(Bound(0) == "0.0");
  CHECK(Bound(1) == "1.0");
  CHECK(Bound(-1) == "-1.0");
  CHECK(Bound(0.01) == "0.01");
  CHECK(Bound(2.5) == "2.5");
  CHECK(Bound(0.0001) == "0.0001");
  CHECK(Bound(0.00001) == "1e-05");
  CHECK(Bound(432000) == "432000.0");
  CHECK(Bound(999999.5) == "999999.5");
  CHECK(Bound(1e6) == "1e+06");
  CHECK(Bound(1048576) == "1.048576e+06");
  CHECK(Bound(1e100) == "1e+100");
  CHECK(Bound(kInfinity) == "+Inf");
}

TEST_CASE("label values and help are escaped") {
  std::string out;
  AppendLabels(out, {{"a", "x\"y"}, {"b", "C:\\"}, {"c", "1\n2"}, {"d", ""}, {"e", "m\xC3\xBCller"}});
  CHECK(out == R"(a="x\"y",b="C:\\",c="1\n2",d="",e="m)"
               "\xC3\xBCller\"");
  out.clear();
  AppendHelp(out, "say \"\\n\"\nand more");
  CHECK(out == R"(say "\\n"\nand more)");
  out.clear();
  AppendHelp(out, "say \"\\n\"", true);
  CHECK(out == R"(say \"\\n\")");
}

}  // namespace
}  // namespace mta
