#include "exporter/tail/follower.h"

#include "catch.h"
#include "exporter/tail/test_scene.h"

namespace mta {
namespace {

TEST_CASE("from the end: what was there is left out, also a line under way is read whole") {
  Scene s;
  CHECK(s.Play("w:old1 w:old2 t:be poll") == "");
  CHECK(s.Play("t:gun w:.line w:b poll") == "begun.line b");
}

TEST_CASE("from the end: rotated files of before stay out, whatever becomes of their names") {
  Scene s;
  CHECK(s.Play("w:o1 rotate w:o2 rotate w:o3 rotate gz:3 wait:100 w:o4 poll") == "");
  CHECK(s.Play("w:a rotate w:b gz:3 xz:2 rm:4.gz wait:5 poll kill rm:1 poll wait:100 w:c poll") == "a b c");
}

TEST_CASE("from the beginning: rotated files first, each once") {
  Scene s("/log/mail.log", true);
  CHECK(s.Play("w:a rotate w:b rotate w:c gz:2 wait:100 w:d poll poll") == "a b c d");
  CHECK(s.total.renamed == 0);
}

TEST_CASE("a file that appears later is read from its beginning") {
  Scene s;
  CHECK(s.Play("poll") == "");
  CHECK(s.total.problem == "/log/mail.log does not exist");
  CHECK(s.Play("w:a poll") == "a");
  CHECK(s.total.problem == "");
}

TEST_CASE("a line in two pieces waits for its end") {
  Scene s;
  CHECK(s.Play("create poll t:on poll t:e poll") == "");
  CHECK(s.total.lag_bytes == 3);
  CHECK(s.Play("w: w:two poll") == "one two");
  CHECK(s.total.lag_bytes == 0);
  CHECK(s.total.bytes == 8);
}

TEST_CASE("renamed and created: the rest of the old file, then the new one") {
  Scene s;
  CHECK(s.Play("create poll w:a poll w:b mv create reopen w:c poll") == "a b c");
  CHECK(s.total.renamed == 1);
  CHECK(s.total.lost_bytes == 0);
}

TEST_CASE("renamed, and created only later") {
  Scene s;
  CHECK(s.Play("create poll w:a poll mv poll w:b poll create w:c poll reopen w:d poll") == "a b c d");
  CHECK(s.total.renamed == 1);
}

TEST_CASE("late lines in the renamed file") {
  Scene s;
  CHECK(s.Play("create poll w:a rotate w:b poll late:c poll w:d late:e poll wait:50 late:f poll") ==
        "a b c e d f");
}

TEST_CASE("late lines in a renamed file that was deleted at once") {
  Scene s;
  CHECK(s.Play("create poll w:a poll rotate rm:1 w:b poll late:c poll") == "a b c");
}

TEST_CASE("late lines after the minute are still found under the rotated name") {
  Scene s;
  CHECK(s.Play("create poll w:a rotate w:b poll wait:61 poll wait:61 poll late:c poll kill late:d poll") ==
        "a b c d");
}

TEST_CASE("an unfinished last line of a rotated file counts as its last line after a minute") {
  Scene s;
  CHECK(s.Play("create poll w:a t:torn rotate w:b poll poll") == "a b");
  CHECK(s.Play("wait:30 late:.end poll wait:61 poll") == "a b torn.end");
  CHECK(s.Play("t:x reopen rotate w:c poll wait:61 poll") == "a b torn.end c x");
  CHECK(s.total.lost_bytes == 0);
}

TEST_CASE("copied and truncated") {
  Scene s;
  CHECK(s.Play("create poll w:a w:b poll copy trunc w:c poll") == "a b c");
  CHECK(s.total.truncated == 1);
}

TEST_CASE("copied and truncated: lines that were only in the copy by then") {
  Scene s;
  CHECK(s.Play("create poll w:a poll w:b w:c copy trunc w:d poll") == "a b c d");
  CHECK(s.Play("wait:61 poll") == "a b c d");
  CHECK(s.total.lost_bytes == 0);
}

TEST_CASE("truncated, and grown past the old offset before the next look") {
  Scene s;
  CHECK(s.Play("create poll w:a w:b poll copy trunc w:new1 w:new2 w:new3 poll") == "a b new1 new2 new3");
  CHECK(s.total.truncated == 1);
}

TEST_CASE("truncated, and grown to the very same size within one tick of the clock") {
  Scene s;
  CHECK(s.Play("create poll w:a w:b poll trunc w:c w:d poll") == "a b c d");
}

TEST_CASE("truncated without a copy: what was seen and not read is counted as lost") {
  Scene s;
  s.Play("create poll w:aaaa w:bbbb w:cccc poll:1");
  CHECK(s.Lines() == "aaaa bbbb cccc");  // the budget is a rough one
  CHECK(s.Play("t:torn poll trunc w:new poll") == "aaaa bbbb cccc new");
  CHECK(s.Play("wait:61 poll") == "aaaa bbbb cccc new");
  CHECK(s.total.lost_bytes == 4);
  REQUIRE(s.total.notices.size() == 1);
  CHECK(s.total.notices[0] == "/log/mail.log: 4 bytes were destroyed before they could be read");
}

TEST_CASE("deleted and made anew") {
  Scene s;
  CHECK(s.Play("create poll w:a poll w:b rm reopen w:c poll") == "a b c");
  CHECK(s.total.replaced == 1);
  CHECK(s.Play("late:d poll wait:61 poll") == "a b c d");
}

TEST_CASE("killed: nothing twice, nothing left out") {
  Scene s;
  CHECK(s.Play("create poll w:a poll w:b w:c kill poll") == "a b c");
  CHECK(s.Play("t:d poll kill w:d poll kill w:e poll") == "a b c dd e");
}

TEST_CASE("rotated while down, once and several times") {
  Scene s;
  CHECK(s.Play("create poll w:a poll w:b rotate w:c kill wait:5 poll") == "a b c");
  CHECK(s.total.renamed == 1);
  CHECK(s.Play("w:d rotate w:e rotate w:f rotate w:g kill wait:5 poll") == "a b c d e f g");
  CHECK(s.total.renamed == 4);
}

TEST_CASE("rotated and compressed while down") {
  for (const char* kind : {"gz", "bz2", "xz", "zst"}) {
    Scene s;
    const std::string compress = std::string(kind) + ":1 " + kind + ":2 " + kind + ":3 ";
    CHECK(s.Play("create poll w:a poll w:b rotate w:c rotate w:d rotate " + compress +
                 "w:e kill wait:5 poll") == "a b c d e");
    CHECK(s.Play("wait:100 poll rotate gz:1 w:f poll wait:100 poll") == "a b c d e f");
  }
}

TEST_CASE("dated suffixes") {
  Scene s;
  CHECK(
      s.Play("create poll w:a poll w:b date:20261121 reopen w:c date:20261122 reopen w:d kill wait:5 poll") ==
      "a b c d");
}

TEST_CASE("compressed while it is followed: not read again") {
  Scene s;
  CHECK(s.Play("create poll w:a rotate w:b poll wait:61 poll gz:1 poll wait:5 poll kill poll") == "a b");
  CHECK(s.Play("rotate w:c gz:1 poll wait:5 poll wait:61 poll kill poll") == "a b c");
}

TEST_CASE("a symbolic link that is switched") {
  Scene s("/log/mail");
  s.fs.Link("mail-20261121.log", "/log/mail");
  CHECK(s.Play("poll w:a poll w:b poll") == "a b");
  s.fs.Link("mail-20261122.log", "/log/mail");
  CHECK(s.Play("w:c reopen w:d poll") == "a b c d");
  s.fs.Link("mail-20261123.log", "/log/mail");
  s.Play("w:e reopen w:f");
  s.fs.Link("mail-20261124.log", "/log/mail");
  CHECK(s.Play("reopen w:g kill wait:5 poll") == "a b c d e f g");
}

TEST_CASE("permission lost and regained") {
  Scene s;
  CHECK(s.Play("create poll w:a poll deny w:b poll") == "a b");  // it is open
  CHECK(s.Play("w:c kill poll") == "a b");
  CHECK(s.total.problem == "cannot open /log/mail.log: Permission denied");
  CHECK(s.Play("w:d wait:100 poll allow poll") == "a b c d");
  CHECK(s.total.problem == "");
  CHECK(s.total.lost_bytes == 0);
}

TEST_CASE("no permission at first sight: it begins where it is first seen") {
  Scene s;
  CHECK(s.Play("w:a deny poll w:b allow poll w:c poll") == "c");
}

TEST_CASE("multilog: a line goes on in the next file") {
  Scene s("/log/current");
  CHECK(s.Play("create poll w:a t:b1 poll ml:1 poll t:b2 w: w:c poll") == "a b1b2 c");
  CHECK(s.Play("t:d1 poll ml:2 t:d2 ml:3 w:d3 kill wait:5 poll") == "a b1b2 c d1d2d3");
  CHECK(s.Play("t:e1 ml:4 poll kill w:e2 poll") == "a b1b2 c d1d2d3 e1e2");
}

TEST_CASE("multilog: where files are lost between, the halves of two lines are not joined") {
  Scene s("/log/current");
  CHECK(s.Play("create poll w:a t:b1 ml:1 poll") == "a");
  s.Play("w:b2 ml:2 w:c kill wait:5");
  s.fs.Remove("/log/@000000000000000000000001.s");
  s.fs.Remove("/log/@000000000000000000000002.s");
  CHECK(s.Play("poll") == "a b1 c");
}

TEST_CASE("multilog by its directory, from the beginning") {
  Scene s("/log/current", true);
  CHECK(s.Play("w:a t:b ml:1 w:bb ml:2 t:c ml:3 w:cc wait:100 poll") == "a bbb ccc");
  FollowerOptions options;
  options.log = "/log";
  options.from_beginning = true;
  Follower by_directory(s.fs, options);
  s.sink.lines.clear();
  by_directory.Poll(s.sink, 1 << 20);
  CHECK(s.Lines() == "a bbb ccc");
}

TEST_CASE("a line over the limit is counted, over a kill too") {
  Scene s;
  const std::string half(150, 'x');
  CHECK(s.Play("create poll w:a t:" + half + " poll t:" + half + " poll kill w:end poll w:b poll") ==
        "a oversized304 b");
  CHECK(s.total.bytes == 2 + 304 + 2);
}

TEST_CASE("a small budget: old files are read to their ends before younger ones") {
  Scene s;
  std::string script = "create poll";
  std::string lines;
  for (int i = 0; i < 40; ++i) {
    const std::string line = std::string(100, 'x') + std::to_string(1000 + i);
    script += " w:" + line + (i % 9 == 8 ? " rotate" : "");
    lines += (i == 0 ? "" : " ") + line;
  }
  s.Play(script + " wait:5");
  for (int polls = 0; polls < 40 && s.Lines().size() < lines.size(); ++polls) s.Play("poll:1 kill");
  CHECK(s.Lines() == lines);
}

TEST_CASE("a pattern: several logs, rotated ones are no logs of their own, later ones are read whole") {
  Scene s;
  FollowerOptions options;
  options.log = "/log/m*.log*";
  options.look_interval_ns = 0;
  const auto write = [&](const char* path, const char* bytes) { s.fs.Append(s.fs.Open(path, true), bytes); };
  write("/log/mx1.log", "old\n");
  write("/log/mx1.log.1", "older\n");
  Follower follower(s.fs, options);
  follower.Poll(s.sink, 1 << 20);
  write("/log/mx1.log", "a\n");
  write("/log/mx2.log", "b\n");
  follower.Poll(s.sink, 1 << 20);
  CHECK(s.Lines() == "a b");
  s.fs.Move("/log/mx1.log", "/log/mx1.log.0");
  write("/log/mx1.log", "c\n");
  s.fs.Remove("/log/mx2.log");
  follower.Poll(s.sink, 1 << 20);
  s.fs.now_ns += 61'000'000'000;
  const FollowProgress last = follower.Poll(s.sink, 1 << 20);
  CHECK(s.Lines() == "a b c");
  CHECK(last.problem == "");
}

TEST_CASE("what was saved of another log is not taken up; what a pattern had found of this one is") {
  const auto saved_under = [](const std::string& log) {
    Scene s(log);
    s.fs.Append(s.fs.Open("/log/mail.log", true), "old\n");
    s.Play("poll");
    ByteWriter out;
    s.follower->Save(out);
    return out.Take();
  };
  const auto restores = [](const std::string& bytes, const std::string& log) {
    TestFileSystem fs("/log");
    FollowerOptions options;
    options.log = log;
    ByteReader in(bytes);
    return Follower(fs, options).Restore(in);
  };
  CHECK(restores(saved_under("/log/mail.log"), "/log/mail.log"));
  CHECK_FALSE(restores(saved_under("/log/mail.log"), "/log/relay.log"));
  CHECK(restores(saved_under("/log/*.log"), "/log/mail.log"));
  CHECK_FALSE(restores(saved_under("/log/*.log"), "/log/relay.log"));
  CHECK_FALSE(restores(saved_under("/log/mail.log"), "/log/*.log"));
}

// The machine has crashed, and the end of the log was not on the disk yet; the state was.
struct LostTail {
  LostTail(int lines, bool from_beginning, int lines_a_poll) : s("/log/mail.log", from_beginning) {
    for (int i = 0; i < lines; ++i) {
      s.Play("w:" + Line(i));
      if (i % lines_a_poll == lines_a_poll - 1) s.Play("poll");
    }
    s.Play("poll");
    file = s.fs.Open("/log/mail.log", false);
  }
  static std::string Line(int i) { return "line" + std::to_string(100000 + i) + std::string(40, 'x'); }
  // What comes out after the restart.
  std::vector<std::string> After(const std::string& script) {
    const size_t before = s.sink.lines.size();
    s.Play("kill reopen " + script);
    return {s.sink.lines.begin() + static_cast<ptrdiff_t>(before), s.sink.lines.end()};
  }
  Scene s;
  TestFileSystem::Handle file;
};

TEST_CASE("a crash of the machine takes the end of the log: what is left is not read again as a whole") {
  constexpr size_t kLine = 51;  // bytes
  for (const int lost : {1, 20, 300, 1500}) {
    for (const bool zeros : {false, true}) {
      for (const char* rotated : {"", "mv create reopen "}) {
        LostTail t(2000, true, 10);
        const size_t left = t.file->bytes.size() - static_cast<size_t>(lost) * kLine;
        t.s.fs.Set(t.file, t.file->bytes.substr(0, left) + std::string(zeros ? 3 * kLine : 0, '\0'));
        INFO(lost << " lines lost" << (zeros ? ", zeros " : " ") << rotated);
        const auto lines = t.After(std::string("w:new1 ") + rotated + "w:new2 poll wait:61 poll wait:3 poll");
        REQUIRE(lines.size() >= 2);
        CHECK(lines[lines.size() - 2].ends_with("new1"));
        CHECK(lines.back() == "new2");
        CHECK(lines.size() <= 2 + 160 + static_cast<size_t>(lost));
        CHECK(t.s.total.lost_bytes == 0);
        CHECK(t.s.total.notices.size() == 1);
      }
    }
  }
}

TEST_CASE("a crash of the machine, when all was read at once or left out at first sight") {
  for (const bool from_beginning : {true, false}) {
    LostTail t(2000, from_beginning, 2000);
    t.s.fs.Set(t.file, t.file->bytes.substr(0, t.file->bytes.size() - 1000));
    const auto lines = t.After("w:new1 w:new2 poll wait:61 poll");
    REQUIRE(lines.size() >= 2);
    CHECK(lines.back() == "new2");
    CHECK(lines.size() <= 2 + 160 + 20);
  }
}

TEST_CASE("a log that was emptied while down is another one, though it is at the same inode") {
  LostTail t(200, true, 10);
  CHECK(t.After("trunc w:new1 poll") == std::vector<std::string>{"new1"});
  CHECK(t.s.total.truncated == 1);
  CHECK(t.s.total.notices.empty());
}

}  // namespace
}  // namespace mta
