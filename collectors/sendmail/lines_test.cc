// The pieces a line is read with.
#include "catch.h"
#include "collectors/sendmail/delivery_line.h"
#include "collectors/sendmail/fields.h"
#include "collectors/sendmail/line_head.h"
#include "collectors/sendmail/message_line.h"
#include "collectors/sendmail/queue_id.h"
#include "collectors/sendmail/reject_line.h"
#include "collectors/sendmail/result_text.h"
#include "collectors/sendmail/transport.h"
#include "collectors/sendmail/unescape.h"

namespace mta::sendmail {
namespace {

TEST_CASE("sendmail: queue ids") {
  CHECK(IsQueueId("6AMAgZEl002037"));
  CHECK(IsQueueId("p2F1PiVs015001"));
  CHECK(IsQueueId("55O5iwek1240916"));  // a pid of seven digits
  CHECK(IsQueueId("f21IUUxl018753"));
  CHECK_FALSE(IsQueueId("6CMAgZEl002037"));  // no thirteenth month
  CHECK_FALSE(IsQueueId("6AWAgZEl002037"));  // no 32nd day
  CHECK_FALSE(IsQueueId("6AMOgZEl002037"));  // no 24th hour
  CHECK_FALSE(IsQueueId("6AMAgZEl00203"));
  CHECK_FALSE(IsQueueId("6AMAgZEl12345678901"));
  CHECK_FALSE(IsQueueId("6AMA_ZEl002037"));
  CHECK_FALSE(IsQueueId("4b1C2D3E4F5G6H"));  // Postfix, long form
  CHECK_FALSE(IsQueueId(""));
  CHECK_FALSE(IsQueueId("HAA03001"));
  CHECK(IsAnyQueueId("HAA03001"));
  CHECK(IsAnyQueueId("f21IUUx18753"));
  CHECK_FALSE(IsAnyQueueId("forward"));
  CHECK_FALSE(IsAnyQueueId("daemon 1"));
}

TEST_CASE("sendmail: the head of a line") {
  using Kind = LineHead::Kind;
  LineHead head = ReadLineHead("6AMAgZEl002037: to=x", false);
  CHECK((head.kind == Kind::kQueueId && head.queue_id == "6AMAgZEl002037" && head.body == "to=x"));
  head = ReadLineHead("6AMAgZEl002037[12]: rest", false);
  CHECK((head.kind == Kind::kQueueId && head.part == 12 && head.body == "rest"));
  head = ReadLineHead("NOQUEUE: connect from x", false);
  CHECK((head.kind == Kind::kNoQueue && head.queue_id.empty() && head.body == "connect from x"));
  head = ReadLineHead("[2]: rest", false);
  CHECK((head.kind == Kind::kBare && head.part == 2 && head.body == "rest"));
  head = ReadLineHead("STARTTLS: read error", false);
  CHECK((head.kind == Kind::kBare && head.body == "STARTTLS: read error"));
  CHECK(ReadLineHead("HAA03001: x", true).queue_id == "HAA03001");
  CHECK(ReadLineHead("HAA03001: x", false).queue_id.empty());
  for (std::string_view text : {"", ":", ": ", "[", "[1", "[1]", "[1]:", "6AMAgZEl002037", "6AMAgZEl002037:",
                                "6AMAgZEl002037:x", "[1000]: x", "[99999999999999999999]: x"}) {
    INFO(text);
    CHECK(ReadLineHead(text, true).kind == Kind::kBare);
    CHECK(ReadLineHead(text, true).body == text);
  }
}

TEST_CASE("sendmail: escapes are undone in one pass") {
  std::string scratch;
  CHECK(Unescape("plain", scratch) == "plain");
  CHECK(Unescape(R"(<"a\\"b"@x>)", scratch) == R"(<"a\"b"@x>)");
  CHECK(Unescape(R"(q\001u\351)", scratch) == "q\001u\351");
  CHECK(Unescape(R"(GET / HTTP/1.0\r\n)", scratch) == "GET / HTTP/1.0\r\n");
  CHECK(Unescape(R"(\\n)", scratch) == R"(\n)");
  CHECK(Unescape(R"(\\\\)", scratch) == R"(\\)");
  CHECK(Unescape(R"(a\"b \x \400 \12 \)", scratch) == R"(a\"b \x \400 \12 \)");
}

TEST_CASE("sendmail: durations") {
  CHECK(DurationSeconds("00:00:02") == 2);
  CHECK(DurationSeconds("01:02:03") == 3723);
  CHECK(DurationSeconds("5+01:01:40") == 5 * 86400 + 3700);
  CHECK(DurationSeconds("1234+00:00:00") == 1234.0 * 86400);
  for (std::string_view odd :
       {"", "too long", "-1:-2:-3", "00:-01:00", "1+", "00:00", "00:00:0x", "00:00:00 "}) {
    INFO(odd);
    CHECK(DurationSeconds(odd) == 0);
  }
}

TEST_CASE("sendmail: relays") {
  CHECK(RelayAddress("mx1.remote.test. [127.0.6.1]") == "127.0.6.1");
  CHECK(RelayAddress("[127.0.6.1] [127.0.6.1]") == "127.0.6.1");
  CHECK(RelayAddress("[ipv6:::1] [IPv6:0:0:0:0:0:0:0:1]") == "0:0:0:0:0:0:0:1");
  CHECK(RelayAddress("forged.isp.test [127.0.6.36] (may be forged)") == "127.0.6.36");
  CHECK(RelayAddress("refused.remote.test.").empty());
  CHECK(RelayAddress("]x[").empty());
  CHECK(RelayAddress("[]").empty());
  CHECK(RelayName("mx1.remote.test. [127.0.6.1]") == "mx1.remote.test.");
  CHECK(RelayName("user1@localhost") == "user1@localhost");
}

DeliveryLine Delivery(std::string_view fields) {
  const auto line = ParseDeliveryLine(fields);
  REQUIRE(line);
  return *line;
}

std::vector<std::string> Recipients(std::string_view list) {
  std::vector<std::string> all;
  RecipientList recipients(list);
  for (std::string_view recipient; recipients.Next(recipient);) all.emplace_back(recipient);
  return all;
}

TEST_CASE("sendmail: a to= line is read by field order") {
  const DeliveryLine line = Delivery(
      "<x@d.example>, ctladdr=<u@h> (1000/1000), delay=1+00:00:01, xdelay=00:00:02, mailer=esmtp, pri=30018, "
      "relay=mx. [192.0.2.1], dsn=2.0.0, stat=Sent (ok, stat=Deferred: fake, delay=00:09:00)");
  CHECK(line.recipients == "<x@d.example>");
  CHECK(line.delay == "1+00:00:01");
  CHECK(line.xdelay == "00:00:02");
  CHECK(line.mailer == "esmtp");
  CHECK(line.relay == "mx. [192.0.2.1]");
  CHECK(line.dsn == "2.0.0");
  CHECK(line.reply.empty());
  CHECK(line.stat == "Sent (ok, stat=Deferred: fake, delay=00:09:00)");
}

TEST_CASE("sendmail: quoted recipients, users and relays forge no field") {
  const DeliveryLine line = Delivery(
      R"(<"x, delay=00:00:09, stat=Sent"@d>, ctladdr=<"y, delay=9:9:9, stat=Sent"@h> (1/1), delay=00:00:01, )"
      R"(xdelay=00:00:01, mailer=local, pri=1, relay="z, dsn=2.0.0, stat=Sent"@h, dsn=5.1.1, stat=User unknown)");
  CHECK(Recipients(line.recipients) == std::vector<std::string>{R"("x, delay=00:00:09, stat=Sent"@d)"});
  CHECK(line.delay == "00:00:01");
  CHECK(line.relay == R"("z, dsn=2.0.0, stat=Sent"@h)");
  CHECK(line.dsn == "5.1.1");
  CHECK(line.stat == "User unknown");
}

TEST_CASE("sendmail: a comment forges no field") {
  CHECK_FALSE(ParseDeliveryLine(
      "x(, delay=00:00:00, mailer=esmtp, pri=1, dsn=2.0.0, stat=Sent (ok))@d... User unknown"));
  CHECK(Recipients("a(x,y(z),w),b").size() == 2);
  CHECK(Recipients("a),b").size() == 2);
}

TEST_CASE("sendmail: lists of recipients") {
  using List = std::vector<std::string>;
  CHECK(Recipients("<a@b>,<c@d>") == List{"a@b", "c@d"});
  CHECK(Recipients("user1,far@d.example") == List{"user1", "far@d.example"});
  CHECK(Recipients(R"("|/bin/cat; echo 'Something, bad'",user1)") ==
        List{R"("|/bin/cat; echo 'Something, bad'")", "user1"});
  CHECK(Recipients(R"(<"a,b"@c>,<@x,@y:z@w>)") == List{R"("a,b"@c)", "@x,@y:z@w"});
  CHECK(Recipients(R"(<"a\",<b"@c>)") == List{R"("a\",<b"@c)"});
  CHECK(Recipients("NO-TO-LIST") == List{"NO-TO-LIST"});
  CHECK(Recipients("").size() == 1);
}

TEST_CASE("sendmail: [more] repeats the tail") {
  const DeliveryLine line = Delivery(
      "<a@b>,<c@d>, [more], delay=00:00:01, xdelay=00:00:00, mailer=esmtp, pri=1, dsn=2.0.0, stat=Sent");
  CHECK(Recipients(line.recipients).size() == 2);
  CHECK(line.stat == "Sent");
}

TEST_CASE("sendmail: older and optional fields") {
  // 8.9: no pri=, no dsn=
  CHECK(
      Delivery("<a@b>, ctladdr=u (1/1), delay=00:00:01, xdelay=00:00:01, mailer=esmtp, relay=h. [192.0.2.1], "
               "stat=Sent (ok)")
          .stat == "Sent (ok)");
  const DeliveryLine more = Delivery(
      "<a@b>, delay=00:00:01, xdelay=00:00:01, mailer=esmtp, tls_verify=OK, tls_version=TLSv1.3, cipher=X, "
      "pri=1, "
      "relay=h, dsn=4.0.0, ntries=3, stage=7, reply=450 x, stat=Deferred: 450 x");
  CHECK(more.reply == "450 x");
  CHECK(more.stat == "Deferred: 450 x");
  CHECK(
      Delivery("<a@b>, delay=0:0:0, mailer=esmtp, pri=1, quarantine=virus, stat=Sent, held, stat=quarantined")
          .quarantined);
}

TEST_CASE("sendmail: a damaged to= line is no delivery") {
  const std::string whole =
      "<x@d.example>, ctladdr=u (1/1), delay=00:00:01, xdelay=00:00:02, mailer=esmtp, pri=30018, "
      "relay=mx. [192.0.2.1], dsn=4.2.0, reply=450 x, stat=Deferred: 450 x";
  for (size_t size = 0; size < whole.find("stat=") + 5; ++size) {
    INFO(whole.substr(0, size));
    CHECK_FALSE(ParseDeliveryLine(std::string_view(whole).substr(0, size)));
  }
  CHECK_FALSE(ParseDeliveryLine(R"(<"x@d>, delay=00:00:01, mailer=esmtp, pri=1, stat=Sent)"));
  CHECK_FALSE(ParseDeliveryLine(", delay=00:00:01, mailer=esmtp, pri=1, stat=Sent"));
}

struct Text {
  std::string_view reply, stat;
};
Text Read(std::string_view text, std::string_view dsn) {
  const auto result = ReadResultText(text, dsn);
  REQUIRE(result);
  return {result->reply, result->stat};
}

TEST_CASE("sendmail: which stat= is the result") {
  CHECK(Read("stat=Sent (ok, stat=User unknown)", "2.0.0").stat == "Sent (ok, stat=User unknown)");
  CHECK(Read("reply=550 5.1.1 no, stat=User unknown", "5.1.1").stat == "User unknown");
  // The server repeats sendmail's own words.
  const Text sent = Read("reply=450 x, stat=Sent (fake), stat=Deferred: 450 x, stat=Sent (fake)", "4.2.0");
  CHECK(sent.reply == "450 x, stat=Sent (fake)");
  CHECK(sent.stat == "Deferred: 450 x, stat=Sent (fake)");
  CHECK(Read("reply=450 x, stat=User unknown, stat=Deferred: 450 x, stat=User unknown", "4.2.0").stat ==
        "Deferred: 450 x, stat=User unknown");
  CHECK(Read("reply=550 x, stat=Sent (fake), relay=evil, dsn=2.0.0, stat=User unknown", "5.1.1").stat ==
        "User unknown");
  // Another reply than the one of the result.
  CHECK(Read("reply=503 5.5.1 no valid recipients, stat=Deferred: 421 4.3.2 shutting down", "5.5.1").stat ==
        "Deferred: 421 4.3.2 shutting down");
  CHECK(Read("reply=503 no, stat=Deferred: 421 x, stat=Sent (fake)", "5.5.1").stat ==
        "Deferred: 421 x, stat=Sent (fake)");
  CHECK(Read("reply=421 a, stat=Deferred: 450 b", "4.0.0").stat == "Deferred: 450 b");
  CHECK_FALSE(ReadResultText("reply=450 x, stat=Sent", "4.0.0"));
  CHECK_FALSE(ReadResultText("reply=450 x", "4.0.0"));
  CHECK_FALSE(ReadResultText("", "4.0.0"));
}

TEST_CASE("sendmail: a reply that was cut in its middle is still known again") {
  const std::string head = "450 4.2.0 " + std::string(80, 'h');
  const std::string reply = head + std::string(20, 'a') + "...x, stat=Sent (fake)" + std::string(90, 't');
  const std::string echo = head + std::string(10, 'a') + "...x, stat=Sent (fake)" + std::string(95, 't');
  const std::string text = "reply=" + reply + ", stat=Deferred: " + echo;
  CHECK(Read(text, "4.2.0").reply == reply);
  CHECK(Read(text, "4.2.0").stat == "Deferred: " + echo);
}

MessageLine Message(std::string_view fields) {
  const auto line = ParseMessageLine(fields);
  REQUIRE(line);
  return *line;
}

TEST_CASE("sendmail: from= lines") {
  MessageLine line = Message(
      "<a@b>, size=163, class=-60, nrcpts=1, msgid=<id with space and, comma@x>, bodytype=8BITMIME, "
      "proto=ESMTP, "
      "daemon=MTA-v4, relay=c.test [192.0.2.5]");
  CHECK(line.sender == "a@b");
  CHECK(line.size_bytes == 163);
  CHECK(line.recipients == 1);
  CHECK(line.collected);
  CHECK(line.message_id == "<id with space and, comma@x>");
  CHECK(line.protocol == "ESMTP");
  CHECK(line.relay == "c.test [192.0.2.5]");

  line = Message("user1, size=29, class=0, nrcpts=1, msgid=<x@y>, relay=user1@localhost");
  CHECK((line.sender == "user1" && line.protocol.empty() && line.collected));
  line = Message("<>, size=0, class=0, nrcpts=0, proto=ESMTP, daemon=MTA, relay=c [192.0.2.5]");
  CHECK((line.sender.empty() && !line.collected && line.protocol == "ESMTP"));
  line = Message("<a@b>, size=-1, class=0, pri=30000, nrcpts=1, msgid=<x>, relay=h");  // 8.9
  CHECK((line.size_bytes == 0 && line.collected));
}

TEST_CASE("sendmail: senders and message ids forge no field") {
  MessageLine line =
      Message(R"(<"x, size=99999, class=0, nrcpts=77, msgid=<f@f>"@c.test>, size=18, class=0, nrcpts=1, )"
              "msgid=<a, proto=SMTP, daemon=evil, relay=fake [192.0.2.66]>, relay=u@localhost");
  CHECK(line.size_bytes == 18);
  CHECK(line.recipients == 1);
  CHECK(line.relay == "u@localhost");
  CHECK(line.protocol.empty());
  CHECK(line.message_id == "<a, proto=SMTP, daemon=evil, relay=fake [192.0.2.66]>");
}

TEST_CASE("sendmail: a sender cut within its quotes ends after 200 bytes") {
  const std::string sender = "<\"x, size=1, class=0, nrcpts=9, msgid=<" + std::string(200, 'y');
  const std::string line =
      sender.substr(0, 200) +
      R"(, size=18, class=0, nrcpts=1, msgid=<"z, size=7, class=0, nrcpts=7">, proto=ESMTP, )"
      "daemon=MTA, relay=h [192.0.2.5]";
  CHECK(Message(line).size_bytes == 18);
  CHECK(Message(line).recipients == 1);
  CHECK(Message(line).sender.size() == 200);
}

TEST_CASE("sendmail: a damaged from= line is no message") {
  const std::string whole =
      "<a@b>, size=163, class=-60, nrcpts=1, msgid=<x@y>, bodytype=8BITMIME, proto=ESMTP, daemon=MTA-v4, "
      "relay=c";
  for (size_t size = 0; size < whole.find("relay=") + 6; ++size) {
    INFO(whole.substr(0, size));
    CHECK_FALSE(ParseMessageLine(std::string_view(whole).substr(0, size)));
  }
}

TEST_CASE("sendmail: transports and hops") {
  CHECK(TransportOf("esmtp") == "esmtp");
  CHECK(TransportOf("*file*") == "file");
  CHECK(TransportOf("smtp8") == "smtp8");
  CHECK(TransportOf("uucp") == "uucp");
  CHECK(TransportOf("") == "other");
  CHECK(TransportOf("esmtp smtp") == "other");
  CHECK(TransportOf("mailman") == "other");

  const std::vector<std::string> configured = {"192.0.2.9:10024", "filter.example"};
  const auto hop = [&](std::string_view mailer, std::string_view relay, std::string_view stat,
                       std::string_view tag, DeliveryStatus status) {
    DeliveryLine line;
    line.mailer = mailer;
    line.relay = relay;
    line.stat = stat;
    return HopOf(line, status, tag, configured);
  };
  using Status = DeliveryStatus;
  CHECK(hop("relay", "[127.0.0.1] [127.0.0.1]", "Deferred", "sendmail", Status::kDeferred) == Hop::kInternal);
  CHECK(hop("relay", "[IPv6:::1]", "Deferred", "sm-client", Status::kDeferred) == Hop::kInternal);
  CHECK(hop("relay", "localhost", "User unknown", "sm-msp-queue", Status::kBounced) == Hop::kInternal);
  CHECK(hop("relay", "[127.0.0.1] [127.0.0.1]", "Deferred", "sm-mta", Status::kDeferred) == Hop::kFinal);
  CHECK(hop("esmtp", "[127.0.0.1] [127.0.0.1]", "Sent (ok)", "sendmail", Status::kSent) == Hop::kFinal);
  CHECK(hop("esmtp", "x. [127.0.0.1]", "Sent (A Message accepted for delivery)", "foo", Status::kSent) ==
        Hop::kInternal);
  CHECK(hop("esmtp", "x. [127.0.0.1]", "Sent (ok: queued as 12AB)", "foo", Status::kSent) == Hop::kInternal);
  CHECK(hop("esmtp", "x. [192.0.2.1]", "Sent (ok: queued as 12AB)", "foo", Status::kSent) == Hop::kFinal);
  CHECK(hop("relay", "mx [192.0.2.1]", "Sent", "sendmail", Status::kSent) == Hop::kFinal);
  CHECK(hop("relay", "[192.0.2.9] [192.0.2.9]", "Sent", "sm-mta", Status::kSent) == Hop::kInternal);
  CHECK(hop("esmtp", "Filter.example. [192.0.2.3]", "Sent", "sm-mta", Status::kSent) == Hop::kInternal);
  CHECK(hop("local", "", "Sent", "sendmail", Status::kSent) == Hop::kFinal);
}

TEST_CASE("sendmail: codes of refusals") {
  CHECK(ReplyCode("550 5.7.1 no") == "550");
  CHECK(ReplyCode("421") == "421");
  CHECK(ReplyCode("Command rejected").empty());
  CHECK(ReplyCode("5501 x").empty());
  CHECK(ReplyCode("250 ok").empty());
  CHECK(LastReject("x, reject=550 a, reject=451 b") == "451 b");
  CHECK(LastReject("reject=550").empty());
}

}  // namespace
}  // namespace mta::sendmail
