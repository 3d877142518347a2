// Every call of the Env fails once, one after the other: no line may be lost or come twice for it.
#include <cerrno>
#include <system_error>

#include "catch.h"
#include "exporter/tail/test_scene.h"

namespace mta {
namespace {

const char kHistory[] =
    "w:a poll w:b t:c poll w:d mv w:e create poll reopen w:f late:g poll w:h copy trunc w:i poll t:j "
    "wait:3 poll kill poll w:k rotate gz:2 w:l kill wait:5 poll poll wait:61 poll xz:1 wait:5 poll w:m poll";
const char kLines[] = "a b cd e g f h i jk l m";

// What comes out when the `fail`th call fails with `code`; counts the calls.
std::string PlayWithFault(int fail, int code, int& calls) {
  Scene s("/log/mail.log", true);
  calls = 0;
  s.fs.before_call = [&](const char*, const std::string&) { return ++calls == fail ? code : 0; };
  s.Play(kHistory);
  return s.Play("wait:61 poll wait:3 poll wait:61 poll wait:3 poll");
}

TEST_CASE("any call fails once") {
  int calls = 0;
  REQUIRE(PlayWithFault(0, 0, calls) == kLines);
  const int all = calls;
  REQUIRE(all > 200);
  for (const int code : {EIO, EACCES, EMFILE, ENOSPC, ESTALE}) {
    for (int fail = 1; fail <= all; ++fail) {
      INFO("call " << fail << " fails: " << std::generic_category().message(code));
      REQUIRE(PlayWithFault(fail, code, calls) == kLines);
    }
  }
}

TEST_CASE("a disk that fails for a while") {
  for (int failing = 1; failing < 60; failing += 3) {
    Scene s("/log/mail.log", true);
    s.Play("w:a poll");
    int calls = 0;
    s.fs.before_call = [&](const char*, const std::string&) { return ++calls % failing == 0 ? EIO : 0; };
    s.Play("w:b poll rotate w:c poll late:d poll w:e copy trunc w:f poll wait:3 poll kill poll w:g poll");
    s.fs.before_call = nullptr;
    INFO("every call of " << failing);
    const std::string lines = s.Play("wait:3 poll wait:61 poll");
    CHECK(lines.size() == std::string("a b c d e f g").size());
    for (const char* line : {"a", "b", "c", "d", "e", "f", "g"}) CHECK(lines.find(line) != lines.npos);
    CHECK(s.total.problem == "");
  }
}

TEST_CASE("reads that give less than asked for") {
  for (size_t most = 1; most < 40; ++most) {
    Scene s("/log/mail.log", true);
    s.fs.short_reads = most;
    INFO("at most " << most << " bytes");
    CHECK(s.Play(kHistory) == kLines);
    CHECK(s.total.lost_bytes == 0);
  }
}

TEST_CASE("a problem is told while it lasts") {
  Scene s;
  s.Play("w:a poll");
  s.fs.before_call = [](const char* call, const std::string&) {
    return std::string(call) == "list" ? EIO : 0;
  };
  s.Play("w:b poll");
  CHECK(s.total.problem == "cannot list /log: Input/output error");
  CHECK(s.Lines() == "b");  // what is open is read on
  s.fs.before_call = nullptr;
  s.Play("poll");
  CHECK(s.total.problem == "");
}

}  // namespace
}  // namespace mta
