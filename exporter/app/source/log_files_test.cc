#include "exporter/app/source/log_files.h"

#include "catch.h"
#include "exporter/base/civil.h"
#include "exporter/base/test_directory.h"

namespace mta {
namespace {

std::string Content(LogFiles& files) {
  std::string all;
  for (const LogFile& file : files.files()) {
    REQUIRE(files.Read(file, [&](std::string_view chunk) { all += chunk; }));
  }
  return all;
}

std::string LineOf(int day) {
  return "2026-01-0" + std::to_string(day) + "T10:00:00Z mx postfix/qmgr[1]: 4F1A2B3C4D: removed\n";
}

TEST_CASE("files named in any order are read in the order of their times") {
  const TestDirectory directory;
  const auto files = [&](std::vector<std::string> names) {
    Result<LogFiles> found = LogFiles::Named(Env::Posix(), names);
    REQUIRE(found);
    return std::move(*found);
  };
  const std::string newest = directory.Write("mail.log", LineOf(3));
  const std::string older = directory.Write("mail.log.1", LineOf(2));
  const std::string oldest = directory.Write("mail.log-20260101", LineOf(1));
  LogFiles found = files({newest, oldest, older});
  CHECK(Content(found) == LineOf(1) + LineOf(2) + LineOf(3));
  REQUIRE(found.logs().size() == 1);
  CHECK(found.logs()[0].path == newest);
}

TEST_CASE("a log brings its rotated siblings, and what was written before a time is left out") {
  const TestDirectory directory;
  const std::string log = directory.Write("mail.log", LineOf(3));
  directory.Write("mail.log.1", LineOf(2));
  directory.Write("other.log", LineOf(1));
  Result<LogFiles> found = LogFiles::WithSiblings(Env::Posix(), {{log, "postfix"}});
  REQUIRE(found);
  CHECK(Content(*found) == LineOf(2) + LineOf(3));
  CHECK(found->logs()[0].mta == "postfix");
  CHECK_FALSE(found->DropBefore(0));
  CHECK(found->DropBefore(Env::Posix().NowNs() + kNanosPerSecond));
  CHECK(found->files().empty());
}

TEST_CASE("a multilog directory is one log, in its own order") {
  const TestDirectory directory;
  directory.Write("current", "@400000006b02c6e125d6b2d4 end msg 7\n");
  directory.Write("@400000006b02c6e025d6b2d4.s", "@400000006b02c6e025d6b2d4 new msg 7\n");
  directory.Write("lock", "");
  Result<LogFiles> found = LogFiles::Named(Env::Posix(), {directory.path()});
  REQUIRE(found);
  REQUIRE(found->files().size() == 2);
  CHECK(found->files()[1].file.path.ends_with("current"));
  REQUIRE(found->logs().size() == 1);
  CHECK(found->logs()[0].path == directory.path());
}

TEST_CASE("the year of stamps that have none comes with the file") {
  const TestDirectory directory;
  const std::string log =
      directory.Write("mail.log", "Jan 15 12:34:56 mx postfix/qmgr[1]: 4F1A2B3C4D: removed\n");
  Result<LogFiles> found = LogFiles::Named(Env::Posix(), {log});
  REQUIRE(found);
  REQUIRE(found->files()[0].year);
  EnvelopeReader reader;
  found->SetYear(found->files()[0], reader);
  CHECK(reader.Read("Jan 15 12:34:56 mx postfix/qmgr[1]: x").time_ns == found->files()[0].first_ns);
}

TEST_CASE("a container's log is known as one, and is sorted by its times") {
  const TestDirectory directory;
  const std::string inside = " stdout F Jan 15 12:34:56 mx postfix/qmgr[1]: 4F1A2B3C4D: removed\n";
  const std::string older = directory.Write("0.log.20260115-123456", "2026-01-15T12:34:56Z" + inside);
  const std::string newer = directory.Write("0.log", "2027-01-15T12:34:56Z" + inside);
  Result<LogFiles> found = LogFiles::Named(Env::Posix(), {newer, older});
  REQUIRE(found);
  REQUIRE(found->files().size() == 2);
  CHECK(found->files()[0].file.path == older);
  CHECK(found->files()[0].wrapped);
  CHECK(found->files()[1].first_ns - found->files()[0].first_ns == 365LL * 86400 * kNanosPerSecond);
  CHECK(found->logs().size() == 1);
}

TEST_CASE("a file is what it was when it was found, until it is measured again") {
  const TestDirectory directory;
  const std::string log = directory.Write("mail.log", LineOf(1));
  Result<LogFiles> found = LogFiles::Named(Env::Posix(), {log});
  REQUIRE(found);
  directory.Write("mail.log", LineOf(1) + LineOf(2));
  CHECK(Content(*found) == LineOf(1));
  found->MeasureAgain();
  CHECK(Content(*found) == LineOf(1) + LineOf(2));
}

TEST_CASE("what is no log is said at once") {
  CHECK_FALSE(LogFiles::Named(Env::Posix(), {"/nowhere/mail.log"}));
}

}  // namespace
}  // namespace mta
