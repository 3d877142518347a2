// What no single sample line shows.
#include "collectors/qmail/qmail_collector.h"

#include "catch.h"
#include "collectors/qmail/conversation.h"

namespace mta::qmail {
namespace {

// `body` as splogger sends it: parts of 799 bytes under one stamp.
std::vector<std::string> Parts(std::string_view stamp, std::string body, std::string_view host = "mx1") {
  std::vector<std::string> lines;
  for (size_t at = 0; at < body.size(); at += kSploggerPart) {
    lines.push_back(fmt::format("Nov 22 10:41:25 {} qmail: {}{}{}", host, stamp, at == 0 ? ' ' : '+',
                                body.substr(at, kSploggerPart)));
  }
  return lines;
}

const std::string kStart =
    "Nov 22 10:41:25 mx1 qmail: 1795344085.000000 starting delivery 1: msg 7 to remote u@h";
const std::string kStatus = "Nov 22 10:41:26 mx1 qmail: 1795344086.000000 status: local 0/10 remote 1/20";

std::string Expired(size_t padding) {
  return "delivery 1: failure: 192.0.2.1_does_not_like_recipient./Remote_host_said:_450_" +
         std::string(padding, 'x') +
         "/Giving_up_on_192.0.2.1./I'm_not_going_to_try_again;_this_message_has_been_in_the_queue_too_long./";
}

TEST_CASE("qmail: a report that splogger cut is read to its end") {
  const auto parts = Parts("1795344085.500000", Expired(2000));
  REQUIRE(parts.size() == 3);
  for (const bool restarts : {false, true}) {
    Conversation c;
    c.Say(kStart);
    CHECK(c.Say(parts[0]).empty());
    CHECK(c.verdict == Verdict::kParsed);
    for (size_t i = 1; i < parts.size(); ++i) {
      if (restarts) REQUIRE(c.Restart());
      CHECK(c.Say(parts[i]).empty());
      CHECK(c.verdict == Verdict::kIgnored);
    }
    const Events told = c.Say(kStatus);
    REQUIRE(told.size() >= 2);
    CHECK(told[0] == "delivery remote bounced final to=u@h status=none duration=0.5 reason=expired");
    CHECK(told[1] == "expired 7");
  }
}

TEST_CASE("qmail: a cut report at the end of the log is told with Finish, once") {
  Conversation c;
  c.Say(kStart);
  for (const std::string& part : Parts("1795344085.500000", Expired(1000))) c.Say(part);
  CHECK(c.Finish().size() == 2);
  CHECK(c.Finish().empty());
}

TEST_CASE("qmail: lines of other hosts do not end a cut report, a second cut one does") {
  Conversation c;
  c.Say(kStart);
  const auto first = Parts("1795344085.500000", Expired(1000));
  const auto other = Parts("1795344085.500000",
                           "info msg 9: bytes 1 from <" + std::string(900, 's') + "> qp 1 uid 2", "mx2");
  c.Say(first[0]);
  CHECK(c.Say("Nov 22 10:41:25 mx2 qmail: 1795344085.600000 new msg 8").size() == 1);
  CHECK(c.Say(other[1]).empty());  // the other host's part is not taken for its own
  CHECK(c.Say(other[0]).at(0).starts_with(
      "delivery remote bounced final to=u@h status=none duration=0.5 reason="));
  CHECK(c.Say(first[1]).empty());
  CHECK(c.verdict == Verdict::kIgnored);
  c.Say(other[1]);
  const Events told = c.Finish();
  REQUIRE(told.size() == 2);
  CHECK(told[0] == "received 9 unknown qp=1");
}

TEST_CASE("qmail: a recipient that splogger cut keeps its domain, and an endless one does too") {
  Conversation c;
  const std::string address = std::string(900, 'r') + "@h.example";
  for (const auto& part : Parts("1795344085.100000", "starting delivery 4: msg 7 to remote " + address))
    c.Say(part);
  const Events told =
      c.Say("Nov 22 10:41:26 mx1 qmail: 1795344086.100000 delivery 4: success: 192.0.2.1_accepted_message./");
  REQUIRE(told.size() == 2);
  CHECK(told[0] == "pending 7 started remote to=" + address);
  CHECK(told[1] ==
        "delivery remote sent final to=" + address.substr(address.size() - 255) + " status=none duration=1");
}

TEST_CASE("qmail: parts without end do not grow the line without end") {
  Conversation c;
  c.Say(kStart);
  const auto parts = Parts("1795344085.500000", Expired(1000));
  c.Say(parts[0]);
  for (int i = 0; i < 1000; ++i) c.Say(parts[1]);
  ByteWriter saved;
  c.collector().Save(saved);
  CHECK(saved.bytes().size() < 30'000);
  CHECK(c.Finish().size() >= 1);
}

TEST_CASE("qmail: several qmail-sends in one log keep their numbers apart") {
  Conversation c;
  const auto say = [&](std::string_view host, std::string_view body) {
    return c.Say(fmt::format("Nov 22 10:41:25 {} qmail: 1795344085.000000 {}", host, body));
  };
  say("a", "starting delivery 5: msg 7 to remote u@h1");
  CHECK(say("b", "starting delivery 1: msg 7 to local u@h2") == Events{"pending 7 started local to=u@h2"});
  CHECK(say("b", "status: local 0/10 remote 0/20").back() == "mta_qmail_deliveries_lost_total local 1");
  CHECK(say("a", "status: local 1/30 remote 2/40") ==
        Events{"mta_qmail_concurrency local 1", "mta_qmail_concurrency_limit local 40",
               "mta_qmail_concurrency remote 2", "mta_qmail_concurrency_limit remote 60"});
  CHECK(say("a", "delivery 5: success: ").size() == 1);
}

TEST_CASE("qmail: a qmail-send that was silent for a day no longer counts as capacity") {
  Conversation c;
  c.Say("2026-11-22T10:00:00Z old qmail: status: local 0/10 remote 0/20");
  CHECK(c.Say("2026-11-22T10:00:01Z new qmail: status: local 0/10 remote 0/20").size() == 2);
  CHECK(c.Say("2026-11-23T10:00:02Z new qmail: status: local 0/10 remote 0/20") ==
        Events{"mta_qmail_concurrency_limit local 10", "mta_qmail_concurrency_limit remote 20"});
}

TEST_CASE("qmail: the clock of splogger runs backwards: nothing is negative") {
  Conversation c;
  c.Say("Nov 22 10:41:25 mx1 qmail: 1795344085.000000 new msg 7");
  c.Say("Nov 22 10:41:25 mx1 qmail: 1795344086.000000 starting delivery 1: msg 7 to remote u@h");
  CHECK(c.Say("Nov 22 10:41:25 mx1 qmail: 1795344084.000000 delivery 1: success: ") ==
        Events{"delivery remote sent final to=u@h status=none delay=0 duration=0"});
}

TEST_CASE("qmail: a log without any stamp has counts and no times") {
  Conversation c;
  c.Say("new msg 7");
  c.Say("starting delivery 1: msg 7 to remote u@h");
  CHECK(c.Say("delivery 1: success: ") == Events{"delivery remote sent final to=u@h status=none"});
  CHECK(c.Say("end msg 7") == Events{"removed 7 lifetime=?", "in_flight 0"});
}

TEST_CASE("qmail: mail handed to a filter on this host is not delivered yet") {
  const std::string relay =
      "127.0.0.1_accepted_message./Remote_host_said:_250_2.0.0_Ok:_queued_as_4F1A2B3C4D/";
  const auto hop = [](Conversation& c, const std::string& report) {
    c.At(0, "starting delivery 1: msg 7 to remote u@h");
    const Events events = c.At(0, "delivery 1: " + report);
    REQUIRE(events.size() == 1);
    return events[0].find(" internal ") != std::string::npos;
  };
  Conversation plain;
  CHECK(hop(plain, "success: " + relay));
  CHECK_FALSE(hop(plain, "success: 127.0.0.1_accepted_message./Remote_host_said:_250_ok/"));
  CHECK_FALSE(hop(plain, "success: 192.0.2.1_accepted_message./Remote_host_said:_250_Ok:_queued_as_1/"));
  CHECK_FALSE(hop(plain, "failure: 127.0.0.1_does_not_like_recipient./Remote_host_said:_550_queued_as_1/"));
  Conversation configured({.only_mta = true, .internal_relays = {"192.0.2.1:10024", "[2001:db8::1]:25"}});
  CHECK(hop(configured, "success: 192.0.2.1_accepted_message./Remote_host_said:_250_ok/"));
  CHECK(hop(configured, "deferral: Connected_to_192.0.2.1_but_connection_died._(#4.4.2)/"));
  CHECK(hop(configured, "success: 2001:db8::1_accepted_message./Remote_host_said:_250_ok/"));
  CHECK_FALSE(hop(configured, "success: 192.0.2.10_accepted_message./Remote_host_said:_250_ok/"));
}

TEST_CASE("qmail: rblsmtpd refuses by reputation, unless its text gives another reason") {
  Conversation c;
  const auto reason = [&](std::string_view text) {
    const Events events = c.At(0, fmt::format("rblsmtpd: 192.0.2.1 pid 7: {}", text));
    REQUIRE(events.size() == 1);
    return events[0].substr(events[0].rfind(' ') + 1);
  };
  CHECK(reason("451 Temp blocked: see http://x.test/?ip=192.0.2.1") == "reputation");
  CHECK(reason("553 Go away, permanently blocked") == "reputation");
  CHECK(reason("553 http://rbl.test/192.0.2.1") == "reputation");
  CHECK(reason("451 Greylisted, please try again later") == "greylisted");
}

TEST_CASE("qmail: whose line it is") {
  const auto verdict = [](bool only_mta, std::string_view line) {
    Conversation c({.only_mta = only_mta});
    c.Say(line);
    return c.verdict;
  };
  const std::string stamp = "Nov 22 10:41:25 mx1 ";
  for (const char* tag : {"qmail", "splogger", "qmail-send", "qmail-send[7]"}) {
    CHECK(verdict(false, stamp + tag + ": 1795344085.000000 new msg 7") == Verdict::kParsed);
    CHECK(verdict(false, stamp + tag + ": no line of qmail") == Verdict::kUnrecognized);
  }
  CHECK(verdict(false, stamp + "send: 1795344085.000000 new msg 7") == Verdict::kForeign);
  CHECK(verdict(true, stamp + "send: 1795344085.000000 new msg 7") == Verdict::kParsed);
  CHECK(verdict(true, stamp + "send: no line of qmail") == Verdict::kForeign);
  CHECK(verdict(true, stamp + "postfix/smtpd[7]: warning: a client's fault") == Verdict::kForeign);
  CHECK(verdict(true, stamp + "send: warning: trouble injecting bounce message, will try later") ==
        Verdict::kParsed);
  CHECK(verdict(false, stamp + "qmail-smtpd[7]: message accepted: a@b from 192.0.2.1") == Verdict::kIgnored);
  CHECK(verdict(false, "@400000006b02c6dd2419822c anything") == Verdict::kUnrecognized);
  CHECK(verdict(false, "new msg 7") == Verdict::kParsed);
  CHECK(verdict(false, "new mail has come") == Verdict::kForeign);
  CHECK(verdict(false, "warning: something else") == Verdict::kForeign);
  CHECK(verdict(false, "status: fine") == Verdict::kForeign);
  CHECK(verdict(false, "running") == Verdict::kForeign);
  CHECK(verdict(true, "nothing of qmail") == Verdict::kUnrecognized);
}

TEST_CASE("qmail: messages and deliveries without end are forgotten, and that is counted") {
  Conversation c({.only_mta = true, .max_messages = 100});
  for (int i = 0; i < 1000; ++i) c.At(i, fmt::format("new msg {}", i));
  CHECK(c.collector().tracking().tracked == 100);
  CHECK(c.collector().tracking().evicted == 900);
  CHECK(c.At(1000, "new msg 5000").back() == "in_flight 100");

  const size_t most = OpenDeliveries::kMostDeliveries;
  for (size_t i = 1; i <= most + 10; ++i) {
    c.At(2000, fmt::format("starting delivery {}: msg 1 to remote u@h", i));
  }
  CHECK(c.collector().tracking().evicted == 911);
  CHECK(c.At(2000, "status: exiting") ==
        Events{fmt::format("mta_qmail_deliveries_lost_total remote {}", most)});
}

TEST_CASE("qmail: restore refuses what save did not write, and is empty then") {
  Conversation c;
  c.At(0, "new msg 7");
  c.At(0, "starting delivery 1: msg 7 to remote u@h");
  c.At(0, "status: local 0/10 remote 1/20");
  for (const std::string& part : Parts("1795344085.500000", Expired(1000))) c.Say(part);
  ByteWriter saved;
  c.collector().Save(saved);
  for (size_t size = 0; size < saved.bytes().size(); ++size) {
    Conversation other;
    ByteReader in(std::string_view(saved.bytes()).substr(0, size));
    CHECK_FALSE(other.collector().Restore(in));
    CHECK(other.collector().tracking().tracked == 0);
    CHECK(other.Finish().empty());
  }
}

TEST_CASE("qmail: a result is of the message whose delivery was started") {
  Conversation c;
  c.Say("@400000006b02c6e025d6b2d4 starting delivery 5: msg 7 to remote u@h");
  CHECK(c.collector().queue_id() == "7");
  c.Say("@400000006b02c6e025d6b2d4 starting delivery 6: msg 1234567890123456789 to remote u@h");
  c.Say("@400000006b02c6e025d6b2d4 delivery 5: success: msg_8");
  CHECK(c.collector().queue_id() == "7");
  c.Say("@400000006b02c6e025d6b2d4 delivery 6: success: ");
  CHECK(c.collector().queue_id() == "1234567890123456789");
  c.Say("@400000006b02c6e025d6b2d4 status: local 0/10 remote 0/20");
  CHECK(c.collector().queue_id().empty());
}

}  // namespace
}  // namespace mta::qmail
