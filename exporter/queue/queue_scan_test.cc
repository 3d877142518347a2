#include "exporter/queue/queue_scan.h"

#include <poll.h>

#include "catch.h"
#include "exporter/queue/test_spool.h"

namespace mta {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr mode_t kWhole = 0700;

const std::atomic<bool> kGoOn = false;

QueueReport Scan(const std::string& mta, const std::vector<std::string>& directories, Env& env = Env::Posix(),
                 int64_t limit_ns = 30 * kSecond) {
  return ScanQueues({mta, "test", directories}, env, ScanLimits(env, limit_ns, kGoOn));
}

QueueFigures Of(const QueueReport& report, std::string_view queue) {
  const QueueFigures* const found = report.Find(queue);
  if (found == nullptr) FAIL("no figures of " << queue);
  return *found;
}

void MakePostfixSpool(const TestSpool& spool) {
  spool.MakeDirectories({"incoming", "active", "deferred", "hold", "maildrop", "corrupt", "defer"});
  spool.WriteFile("deferred/3/3D347A92414", PostfixFile(238, 1'600'000'000), kWhole);
  spool.WriteFile("deferred/4/8/483E1A92D48", PostfixFile(1000, 1'500'000'000), kWhole);
  spool.SetModified("deferred/4/8/483E1A92D48", 4'000'000'000);  // the next attempt
  spool.WriteFile("active/5/583E1A92D48", PostfixFile(70, 1'650'000'000), kWhole | 0010);
  spool.WriteFile("incoming/6/683E1A92D48", PostfixFile(0, 1'650'000'000), 0600);  // cleanup writes it
  spool.WriteFile("maildrop/783E1A92D48", PostfixRecord('T', "1640000000 5") + "...", 0744);
  spool.WriteFile("corrupt/883E1A92D48", "?", 0400);
  spool.WriteFile("defer/3/3D347A92414", "no message");
  spool.WriteFile("deferred/notes/A83E1A92D48", "somebody's own", kWhole);
}

TEST_CASE("postfix: the spool directories, hashed or not; a file that is not whole is no message") {
  TestSpool spool;
  MakePostfixSpool(spool);
  const QueueReport report = Scan("postfix", {spool.path()});
  CHECK(report.problems.empty());
  CHECK(Of(report, "deferred").messages == 2);
  CHECK(Of(report, "deferred").bytes == 1238);
  CHECK(Of(report, "deferred").oldest_seconds == 1'500'000'000);
  CHECK(Of(report, "active").messages == 1);
  CHECK(Of(report, "incoming").messages == 0);
  CHECK(!Of(report, "incoming").oldest_seconds);
  CHECK(Of(report, "hold").messages == 0);
  CHECK(Of(report, "maildrop").messages == 1);
  CHECK(Of(report, "maildrop").oldest_seconds == 1'640'000'000);
  CHECK(Of(report, "corrupt").messages == 1);
}

TEST_CASE("postfix: what may not be read is asked of showq; corrupt has no figures then") {
  TestSpool spool;
  MakePostfixSpool(spool);
  RefusingEnv env;
  env.refused = {spool / "deferred", spool / "active", spool / "corrupt"};
  const FakeShowq showq(spool / "public/showq", [](int fd) {
    FakeShowq::Send(fd, ShowqHead() + ShowqRecord("deferred", 5, 1'600'000'001) +
                            ShowqRecord("maildrop", 9, 1'600'000'001) + std::string(1, '\0'));
  });
  const QueueReport report = Scan("postfix", {spool.path()}, env);
  CHECK(report.problems.empty());
  CHECK(Of(report, "deferred").messages == 1);
  CHECK(Of(report, "deferred").bytes == 5);
  CHECK(Of(report, "active").messages == 0);
  CHECK(Of(report, "maildrop").messages == 1);  // its directory could be read
  CHECK(Of(report, "maildrop").oldest_seconds == 1'640'000'000);
  CHECK(report.Find("corrupt") == nullptr);
}

TEST_CASE("postfix: neither directories nor showq: no figures, and a problem that names the path") {
  TestSpool spool;
  MakePostfixSpool(spool);
  RefusingEnv env;
  env.refused = {spool / "deferred"};
  const QueueReport report = Scan("postfix", {spool.path()}, env);
  CHECK(report.Find("deferred") == nullptr);
  CHECK(Of(report, "active").messages == 1);
  REQUIRE(report.problems.size() == 1);
  CHECK(report.problems[0].find(spool / "public/showq") != std::string::npos);

  const QueueReport none = Scan("postfix", {spool / "none"});
  CHECK(none.queues.empty());
  REQUIRE(none.problems.size() == 1);
  CHECK(none.problems[0].find("No such file") != std::string::npos);
}

TEST_CASE("postfix: a showq that hangs, breaks off, talks nonsense or never ends") {
  TestSpool spool;
  RefusingEnv env;
  env.refused = {spool.path()};
  struct Case {
    std::function<void(int)> serve;
    const char* problem;
    int64_t limit_ns;
  };
  const Case cases[] = {
      {FakeShowq::Hang, "in time", kSecond / 5},
      {[](int fd) { FakeShowq::Send(fd, ShowqHead() + ShowqRecord("hold", 1, 1)); }, "breaks off",
       30 * kSecond},
      {[](int) {}, "breaks off", 30 * kSecond},
      {[](int fd) { FakeShowq::Send(fd, "220 mx ESMTP\n"); }, "language", 30 * kSecond},
      {[](int fd) {
         std::string much;
         for (int i = 0; i < 1000; ++i) much += ShowqRecord("hold", 1, 1);
         pollfd gone{fd, POLLRDHUP, 0};
         while (::poll(&gone, 1, 0) == 0) FakeShowq::Send(fd, much);
       },
       "in time", kSecond / 5},
  };
  for (const Case& one : cases) {
    const FakeShowq showq(spool / "public/showq", one.serve);
    const QueueReport report = Scan("postfix", {spool.path()}, env, one.limit_ns);
    CHECK(report.queues.empty());
    REQUIRE(report.problems.size() == 1);
    CHECK(report.problems[0].find(one.problem) != std::string::npos);
    std::filesystem::remove(spool / "public/showq");
  }
}

TEST_CASE("postfix: a path too long for a socket is said to be") {
  TestSpool spool;
  RefusingEnv env;
  env.refused = {spool.path()};
  const std::string deep = spool / std::string(120, 'd');
  std::filesystem::create_directory(deep);
  const QueueReport report = Scan("postfix", {deep}, env);
  REQUIRE(report.problems.size() == 1);
  CHECK(report.problems[0].find("too long") != std::string::npos);
}

TEST_CASE("the time is up in the middle of a directory: no figures of it") {
  TestSpool spool;
  MakePostfixSpool(spool);
  const QueueReport report = Scan("postfix", {spool.path()}, Env::Posix(), 0);
  CHECK(report.Find("deferred") == nullptr);
  CHECK(report.Find("active") == nullptr);
  CHECK(report.problems.size() == 1);
}

TEST_CASE("sendmail: qf and df side by side, in subdirectories, in queue groups") {
  TestSpool spool;
  const std::string control = "V8\nT1600000000\nK0\nN0\nP30030\nSa@example.org\n";
  const std::string younger = "V8\nT1600000009\nK0\n";
  spool.WriteFile("mqueue/qf4AO1", control);
  spool.WriteFile("mqueue/df4AO1", std::string(100, 'b'));
  spool.WriteFile("mqueue/tf4AO1", "T1\n");
  spool.WriteFile("mqueue/q1/qf/qf4AO2", younger);
  spool.WriteFile("mqueue/q1/df/df4AO2", std::string(10, 'b'));
  spool.WriteFile("mqueue/q1/xf/xf4AO2", "transcript");
  spool.WriteFile("mqueue/qf4AO3", "");
  spool.WriteFile("mqueue-client/qf4AO4", control);
  const QueueReport report = Scan("sendmail", {spool / "mqueue", spool / "mqueue-client"});
  CHECK(report.problems.empty());
  CHECK(Of(report, "mqueue").messages == 2);
  CHECK(Of(report, "mqueue").bytes == 110 + control.size() + younger.size());
  CHECK(Of(report, "mqueue").oldest_seconds == 1'600'000'000);
  CHECK(Of(report, "clientmqueue").messages == 1);
}

TEST_CASE("two directories of one queue are one figure, and none where one of them cannot be read") {
  TestSpool spool;
  spool.WriteFile("one/qf1", "V8\nT1600000000\n");
  spool.WriteFile("two/qf2", "V8\nT1500000000\n");
  CHECK(Of(Scan("sendmail", {spool / "one", spool / "two"}), "mqueue").messages == 2);
  CHECK(Of(Scan("sendmail", {spool / "one", spool / "two"}), "mqueue").oldest_seconds == 1'500'000'000);
  const QueueReport report = Scan("sendmail", {spool / "one", spool / "three"});
  CHECK(report.queues.empty());
  CHECK(report.problems.size() == 1);
}

void WriteQmailMessage(const TestSpool& spool, uint64_t number, size_t bytes, int64_t arrival,
                       std::initializer_list<const char*> queues) {
  const std::string mess = fmt::format("mess/{}/{}", number % 23, number);
  spool.WriteFile(mess, std::string(bytes, 'm'));
  spool.SetModified(mess, arrival);
  for (const char* queue : queues) spool.WriteFile(fmt::format("{}/{}", queue, number), "T");
}

TEST_CASE("qmail: size and arrival of mess, hashed and flat; a message that is gone is none") {
  TestSpool spool;
  for (int i = 0; i < 23; ++i) std::filesystem::create_directories(spool / fmt::format("mess/{}", i));
  spool.MakeDirectories({"local", "remote", "todo", "bounce", "info"});
  WriteQmailMessage(spool, 100, 50, 1'600'000'000, {"remote/8", "local/8", "bounce"});
  WriteQmailMessage(spool, 101, 70, 1'500'000'000, {"remote/9"});
  WriteQmailMessage(spool, 102, 5, 1'650'000'000, {"todo"});
  spool.WriteFile("remote/3/555", "Tgone");
  spool.WriteFile("remote/3/not-a-number", "");
  const QueueReport report = Scan("qmail", {spool.path()});
  CHECK(report.problems.empty());
  CHECK(Of(report, "remote").messages == 2);
  CHECK(Of(report, "remote").bytes == 120);
  CHECK(Of(report, "remote").oldest_seconds == 1'500'000'000);
  CHECK(Of(report, "local").messages == 1);
  CHECK(Of(report, "bounce").messages == 1);
  CHECK(Of(report, "todo").oldest_seconds == 1'650'000'000);

  WriteQmailMessage(spool, 103, 5, 1'650'000'000, {"todo/11"});  // the big-todo patch
  CHECK(Of(Scan("qmail", {spool.path()}), "todo").messages == 2);
  RefusingEnv env;
  env.refused = {spool / "remote", spool / "local", spool / "bounce"};
  const QueueReport partly = Scan("qmail", {spool.path()}, env);
  CHECK(partly.queues.size() == 1);
  CHECK(Of(partly, "todo").messages == 2);
  CHECK(partly.problems.size() == 3);
}

}  // namespace
}  // namespace mta
