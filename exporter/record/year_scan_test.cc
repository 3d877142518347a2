// The year of a file's first stamp.
#include "exporter/record/year_scan.h"

#include <fmt/core.h>

#include <cstring>
#include <string>

#include "catch.h"
#include "exporter/base/civil.h"

using namespace mta;

namespace {

constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::string Line(int month, int day, size_t length = 0) {
  std::string line =
      fmt::format("{} {:2} 12:00:00 vm postfix/qmgr[433]: BB820AA41DC: removed", kMonths[month - 1], day);
  line.resize(std::max(length, line.size()), '.');
  return line + '\n';
}

constexpr int64_t Noon(int64_t year, int month, int day) {
  return (DaysFromCivil(year, month, day) * kSecondsPerDay + 43'200) * kNanosPerSecond;
}

class TextFile : public SeekableFile {
 public:
  TextFile(std::string text, int64_t modified_ns) : text_(std::move(text)), modified_ns_(modified_ns) {}
  uint64_t size() const override { return text_.size(); }
  int64_t modified_ns() const override { return modified_ns_; }
  Result<size_t> ReadAt(uint64_t offset, char* into, size_t size) override {
    ++reads;
    if (offset > text_.size()) return 0;
    bytes_read += std::min(size, text_.size() - offset);
    return text_.copy(into, size, offset);
  }
  int reads = 0;
  size_t bytes_read = 0;

 private:
  std::string text_;
  int64_t modified_ns_;
};

std::optional<int> FirstYearOf(const std::string& text, int64_t modified_ns) {
  setenv("TZ", "UTC", 1);
  TextFile file(text, modified_ns);
  return FirstYear(file);
}

// One line a day and `length` bytes, from New Year of `first` on.
std::string Diary(int first, int years, size_t length) {
  std::string text;
  for (int year = first; year < first + years; ++year) {
    for (int month = 1; month <= 12; ++month) {
      for (int day = 1; day <= DaysInMonth(year, month); ++day) text += Line(month, day, length);
    }
  }
  return text;
}

}  // namespace

TEST_CASE("the last stamp is not after the modification time plus a day") {
  CHECK(FirstYearOf(Line(11, 22), Noon(2026, 11, 22)) == 2026);
  CHECK(FirstYearOf(Line(11, 22), Noon(2026, 11, 20)) == 2025);
  CHECK(FirstYearOf(Line(7, 5) + Line(11, 22), Noon(2027, 2, 1)) == 2026);
}

TEST_CASE("year ends are counted back from the last stamp") {
  CHECK(FirstYearOf(Line(12, 31) + Line(1, 1), Noon(2027, 1, 1)) == 2026);
  CHECK(FirstYearOf(Line(12, 31) + Line(1, 1) + Line(12, 31) + Line(1, 1), Noon(2027, 1, 1)) == 2026);
  CHECK(FirstYearOf(Diary(2019, 8, 0), Noon(2026, 12, 31)) == 2019);
}

TEST_CASE("lines without such a stamp are passed over") {
  CHECK_FALSE(FirstYearOf("", Noon(2026, 1, 1)));
  CHECK_FALSE(
      FirstYearOf("2026-11-22T10:43:10+00:00 vm a: b\n@400000006b02c6dd2419822c c\n", Noon(2026, 1, 1)));
  CHECK(FirstYearOf("a bare line\n" + Line(12, 31) + "\n\nJan\n" + Line(1, 1) + "Jan  1 00:",
                    Noon(2027, 1, 1)) == 2026);
  CHECK(FirstYearOf("<22>" + Line(12, 31) + "<22>" + Line(1, 1), Noon(2027, 1, 1)) == 2026);
}

TEST_CASE("a February 29 outweighs a modification time that was lost by copying") {
  CHECK(FirstYearOf(Line(2, 28) + Line(2, 29) + Line(3, 1), Noon(2026, 6, 1)) == 2024);
  CHECK(FirstYearOf(Line(2, 28) + Line(2, 29) + Line(12, 31) + Line(1, 1), Noon(2026, 6, 1)) == 2024);
  CHECK(FirstYearOf(Line(12, 31) + Line(2, 29), Noon(2026, 6, 1)) == 2023);
}

TEST_CASE("a large file is sampled, and gives the same") {
  const std::string diary = Diary(2017, 10, 3000);
  REQUIRE(diary.size() > (10U << 20));
  setenv("TZ", "UTC", 1);
  TextFile file(diary, Noon(2026, 12, 31));
  CHECK(FirstYear(file) == 2017);
  CHECK(file.reads < 200);
  // Lines of 3,000 bytes rarely begin within a sample; the usual ones do.
  TextFile busy(Diary(2026, 1, 0) + std::string(6 << 20, '\n') + Line(1, 1), Noon(2027, 1, 1));
  CHECK(FirstYear(busy) == 2026);
  CHECK(busy.bytes_read < 300'000);
}

TEST_CASE("all of a stream at once is the same as line by line") {
  const std::string diary = Diary(2023, 3, 0);
  YearEnds by_line;
  YearEnds at_once;
  at_once.AddLines(diary);
  for (size_t at = 0; at < diary.size();) {
    const size_t end = diary.find('\n', at) + 1;
    by_line.AddLine(std::string_view(diary).substr(at, end - at));
    at = end;
  }
  CHECK(by_line.FirstYear(Noon(2026, 2, 1)) == 2023);
  CHECK(at_once.FirstYear(Noon(2026, 2, 1)) == 2023);
}

TEST_CASE("a file that cannot be read has no year") {
  class Unreadable : public TextFile {
   public:
    using TextFile::TextFile;
    Result<size_t> ReadAt(uint64_t, char*, size_t) override { return Fail("Input/output error"); }
  };
  Unreadable file(Line(1, 1), Noon(2026, 1, 1));
  CHECK_FALSE(FirstYear(file));
}
