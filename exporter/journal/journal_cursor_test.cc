#include "exporter/journal/journal_cursor.h"

#include "catch.h"

namespace mta {

TEST_CASE("cursors of one sequence tell how many records lie between them") {
  CHECK(RecordsBetween("s=ab;i=a;b=1;m=1;t=1;x=1", "s=ab;i=b;b=2;m=1;t=1;x=1") == 0);
  CHECK(RecordsBetween("s=ab;i=9;b=1", "s=ab;i=10;b=1") == 6);  // hexadecimal
  CHECK(RecordsBetween("i=9;s=ab", "b=1;s=ab;i=ffffffff") == 0xfffffff5);
}

TEST_CASE("cursors of two sequences, in the wrong order or of another form do not tell") {
  CHECK_FALSE(RecordsBetween("s=ab;i=a", "s=cd;i=b"));
  CHECK_FALSE(RecordsBetween("s=ab;i=b", "s=ab;i=a"));
  CHECK_FALSE(RecordsBetween("s=ab;i=b", "s=ab;i=b"));
  CHECK_FALSE(RecordsBetween("", ""));
  CHECK_FALSE(RecordsBetween("i=1", "i=2"));
  CHECK_FALSE(RecordsBetween("s=ab;i=xyz", "s=ab;i=2"));
  CHECK_FALSE(RecordsBetween("s=ab;i=", "s=ab;i=2"));
}

}  // namespace mta
