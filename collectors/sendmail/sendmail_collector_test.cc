// What the collector remembers, whose lines it takes, and when it warns.
#include "collectors/sendmail/sendmail_collector.h"

#include "catch.h"
#include "collectors/sendmail/conversation.h"

namespace mta::sendmail {
namespace {

constexpr int64_t kMinute = 60LL * 1'000'000'000;

const std::string kSent =
    "6AMAgZEl002037: to=<x@d.example>, delay=00:00:01, xdelay=00:00:01, mailer=esmtp, pri=1, relay=d. "
    "[192.0.2.1], "
    "dsn=2.0.0, stat=Sent (ok)";

std::string Deferred(std::string_view queue_id) {
  return std::string(queue_id) +
         ": to=<x@d.example>, delay=00:00:01, xdelay=00:00:01, mailer=esmtp, pri=1, relay=d. [192.0.2.1], "
         "dsn=4.4.1, stat=Deferred: Connection refused by d.";
}

bool IsFirst(const Events& events) {
  return events.size() == 1 && events[0].ends_with(" first");
}

TEST_CASE("sendmail: a message is deferred for the first time once, on its host") {
  Conversation c;
  CHECK(IsFirst(c.Say(Deferred("6AMAgZEl002037"))));
  CHECK_FALSE(IsFirst(c.Say(Deferred("6AMAgZEl002037"))));
  CHECK(IsFirst(c.Say(Deferred("6AMAgZEl002038"))));
  REQUIRE(c.Restart());
  CHECK_FALSE(IsFirst(c.Say(Deferred("6AMAgZEl002037"))));
  c.host = "other";
  CHECK(IsFirst(c.Say(Deferred("6AMAgZEl002037"))));
  CHECK(c.collector().tracking().tracked == 3);
}

TEST_CASE("sendmail: only the first recipient of a deferred line is the first deferral") {
  Conversation c;
  const Events events = c.Say(
      "6AMAgZEl002037: to=<x@d>,<y@d>, delay=00:00:01, xdelay=00:00:01, mailer=esmtp, pri=1, dsn=4.0.0, "
      "stat=Deferred");
  REQUIRE(events.size() == 2);
  CHECK(events[0].ends_with(" first"));
  CHECK_FALSE(events[1].ends_with(" first"));
}

TEST_CASE("sendmail: what is remembered is bounded") {
  Conversation c({.only_mta = true, .max_messages = 2});
  c.Say(Deferred("6AMAgZEl002037"));
  c.Say(Deferred("6AMAgZEl002038"));
  c.Say(Deferred("6AMAgZEl002039"));
  CHECK(c.collector().tracking().tracked == 2);
  CHECK(c.collector().tracking().evicted == 1);
  c.Say(kSent);
  CHECK(c.collector().tracking().tracked == 2);  // what went well is not remembered
}

TEST_CASE("sendmail: a message expires once, whoever is told") {
  Conversation c;
  CHECK(c.Say("6AMAgZEl002037: 6AMAgZEm002037: sender notify: Cannot send message for 5 days").size() == 2);
  REQUIRE(c.Restart());
  CHECK(c.Say("6AMAgZEl002037: 6AMAgZEn002037: postmaster notify: Cannot send message for 5 days").size() ==
        1);
}

TEST_CASE("sendmail: a message that is done is forgotten") {
  Conversation c;
  c.Say(Deferred("6AMAgZEl002037"));
  CHECK(c.Say("6AMAgZEl002037: done; delay=00:00:01, ntries=2").empty());
  CHECK(c.verdict == Verdict::kIgnored);
  CHECK(c.collector().tracking().tracked == 0);
}

TEST_CASE("sendmail: auto takes the lines of sendmail's tags alone") {
  Conversation c({.sendmail_tags = {"sm-mta", "sendmail-in/x"}});
  CHECK(c.Say(kSent, "sm-mta").size() == 1);
  CHECK(c.Say(kSent, "sendmail-in/x").size() == 1);
  for (std::string_view tag : {"sendmail", "foo", "", "postfix/smtpd"}) {
    INFO(tag);
    CHECK(c.Say(kSent, tag).empty());
    CHECK(c.verdict == Verdict::kForeign);
  }
}

TEST_CASE("sendmail: --mta=sendmail takes what parses as sendmail's, whatever the tag") {
  Conversation c;
  CHECK(c.Say(kSent, "foo").size() == 1);
  CHECK(c.Say(kSent, "").size() == 1);
  CHECK(c.Say("STARTTLS=server, relay=c [192.0.2.1], version=TLSv1.2, verify=NO, cipher=X, bits=1/1", "foo")
            .size() == 1);
  const auto verdict = [&](std::string_view message, std::string_view tag) {
    c.Say(message, tag);
    return c.verdict;
  };
  CHECK(verdict("6AMAgZEl002037: <-- QUIT", "foo") == Verdict::kIgnored);
  CHECK(verdict("6AMAgZEl002037: to=<x@d.exa", "foo") == Verdict::kUnrecognized);
  CHECK(verdict("session opened for user root", "su") == Verdict::kForeign);
  CHECK(verdict("[2]: rest", "su") == Verdict::kForeign);
  CHECK(verdict("user 1000 attempted to run daemon", "su") == Verdict::kForeign);
  CHECK(verdict("NOQUEUE: client=x[192.0.2.1]", "postfix/smtpd") == Verdict::kForeign);
  CHECK(verdict("HAA03001: <x>... User unknown", "su") == Verdict::kForeign);
  CHECK(verdict("a piece of a line", "") == Verdict::kUnrecognized);
  CHECK(verdict("a piece of a line", "sm-mta") == Verdict::kUnrecognized);
  CHECK(verdict("", "sm-mta") == Verdict::kUnrecognized);
}

TEST_CASE("sendmail: lines of a session or a daemon without a message have no head") {
  Conversation c;
  for (std::string_view message :
       {"rejecting commands from x.example [192.0.2.1] due to pre-greeting traffic after 0 seconds",
        "rejecting server EHLO from x.example [192.0.2.1]",
        "header overflow from x.example during message collect",
        "headers too large (32768 max) from x.example during message collect",
        "\"wiz\" command from x.example [192.0.2.1] (192.0.2.1)",
        "unable to write pid to /run/sendmail/mta/sendmail.pid: Permission denied",
        "x.example [192.0.2.1] did not issue MAIL/EXPN/VRFY/ETRN during connection to MTA"}) {
    INFO(message);
    CHECK(c.Say(message, "sm-mta").empty());
    CHECK(c.verdict == Verdict::kIgnored);
    CHECK(c.Say(message, "su").empty());
    CHECK(c.verdict == Verdict::kForeign);
  }
  CHECK(c.Say("[127.0.6.1]: SMTP RCPT protocol error: 999 x", "sm-mta").size() == 1);
  CHECK(c.Say("[127.0.6.1]: SMTP RCPT protocol error: 999 x", "su").empty());
  CHECK(c.Say("Losing ./qf6AMAgZEl002037: savemail panic", "sm-mta").size() == 1);
}

TEST_CASE("sendmail: a line without a time is read at the time of the one before") {
  Conversation c({.only_mta = true, .max_messages = 10, .max_age_ns = kMinute});
  c.Say(Deferred("6AMAgZEl002037"));
  EventLog log;
  LogRecord record;
  const std::string message = Deferred("6AMAgZEl002038");
  record.message = message;
  CHECK(c.collector().Step(record, log) == Verdict::kParsed);
  CHECK(c.collector().tracking().tracked == 2);
}

TEST_CASE("sendmail: other bytes than its own leave the collector empty") {
  Conversation c;
  c.Say(Deferred("6AMAgZEl002037"));
  ByteWriter saved;
  c.collector().Save(saved);
  const std::string bytes = saved.Take();
  for (size_t size = 0; size < bytes.size(); ++size) {
    ByteReader reader(std::string_view(bytes).substr(0, size));
    CHECK_FALSE(c.collector().Restore(reader));
    CHECK(c.collector().tracking().tracked == 0);
  }
  ByteReader whole(bytes);
  CHECK(c.collector().Restore(whole));
  CHECK(c.collector().tracking().tracked == 1);
  std::string changed = bytes;
  changed[0] = 99;  // the version
  ByteReader other(changed);
  CHECK_FALSE(c.collector().Restore(other));
}

const std::string kThroughTls =
    "6AMAgZEl002037: from=<a@b>, size=1, class=0, nrcpts=1, msgid=<x@y>, proto=ESMTPS, daemon=MTA, "
    "relay=c [192.0.2.1]";

TEST_CASE("sendmail: mail through TLS without TLS lines: LogLevel 8 hides the deferrals") {
  Conversation c;
  for (int i = 0; i < 19; ++i) c.Say(kThroughTls);
  c.now_ns += 60 * kMinute;
  CHECK(c.collector().warning().name.empty());
  c.Say(kThroughTls);
  CHECK(c.collector().warning().name == "sendmail_loglevel_hides_deferred");
  REQUIRE(c.Restart());
  CHECK(c.collector().warning().name == "sendmail_loglevel_hides_deferred");
  c.Say("STARTTLS=server, relay=c [192.0.2.1], version=TLSv1.2, verify=NO, cipher=X, bits=1/1");
  CHECK(c.collector().warning().name.empty());
}

TEST_CASE("sendmail: one long TLS session is no reason to warn") {
  Conversation c;
  for (int i = 0; i < 1000; ++i) c.Say(kThroughTls);
  CHECK(c.collector().warning().name.empty());
}

TEST_CASE("sendmail: sent after a long time in the queue, never deferred: LogLevel 8 hides the deferrals") {
  const auto sent_after = [](std::string_view delay) {
    return "6AMAgZEl002037: to=<x@d>, delay=" + std::string(delay) +
           ", xdelay=00:00:30, mailer=esmtp, pri=1, relay=d. [192.0.2.1], dsn=2.0.0, stat=Sent (ok)";
  };
  Conversation c;
  for (int i = 0; i < 100; ++i) c.Say(sent_after("00:10:29"));
  CHECK(c.collector().warning().name.empty());
  for (int i = 0; i < 5; ++i) c.Say(sent_after("00:10:30"));
  CHECK_FALSE(c.collector().warning().name.empty());
  c.Say(Deferred("6AMAgZEl002038"));
  CHECK(c.collector().warning().name.empty());
}

}  // namespace
}  // namespace mta::sendmail
