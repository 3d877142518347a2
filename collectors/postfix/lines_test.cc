// The record formats, each by itself, on lines Postfix wrote and on lines a stranger would like it to have
// written.
#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "catch.h"
#include "collectors/postfix/action_line.h"
#include "collectors/postfix/delivery_line.h"
#include "collectors/postfix/queue_id.h"
#include "collectors/postfix/queue_line.h"
#include "collectors/postfix/tag.h"
#include "collectors/postfix/tls_line.h"
#include "collectors/postfix/words.h"

namespace mta::postfix {
namespace {

TEST_CASE("queue ids: short, long, and words that only look like one") {
  CHECK(IsQueueId("655E8AA429B"));
  CHECK(IsQueueId("ABC123DEF456"));
  CHECK(IsQueueId("4jXQc35vwtz1d5lp"));
  CHECK(IsQueueId("4jXQk013V3z1d5lS"));
  CHECK_FALSE(IsQueueId("DEAD"));
  CHECK_FALSE(IsQueueId(""));
  CHECK_FALSE(IsQueueId("warning"));
  CHECK_FALSE(IsQueueId("statistics"));
  CHECK_FALSE(IsQueueId("proxy-accept"));
  CHECK_FALSE(IsQueueId("NOQUEUE"));
  CHECK_FALSE(IsQueueId("bcdfghjklmnpqrst"));  // no separator
}

TEST_CASE("tags: instance, listener and program by any syslog_name") {
  const Tag plain = ParseTag("postfix/smtpd");
  CHECK(plain.program() == Program::kSmtpd);
  CHECK(plain.listener() == "smtpd");
  const Tag service = ParseTag("postfix/submission/smtpd");
  CHECK(service.listener() == "submission");
  CHECK(service.program_name() == "smtpd");
  const Tag instance = ParseTag("postfix-out/relay/smtp");
  CHECK(instance.instance() == "postfix-out");
  CHECK(instance.program() == Program::kSmtp);
  CHECK(ParseTag("postfix").program() == Program::kCommand);
  CHECK(ParseTag("postfix/policy-spf").program() == Program::kNone);
  CHECK(ParseTag("dovecot").program() == Program::kNone);
  CHECK(ParseTag("").program() == Program::kNone);
}

// Some have the same beginning and end, some differ in one character only, and there are more than are kept.
TEST_CASE("tags that come in any order are told from each other") {
  std::vector<std::string> tags = {"", "su", "postfix", "postfi", "smtpd", "dovecot", "postfix/"};
  for (const char* program : {"smtp", "smtpd", "qmgr", "cleanup", "policy-spf", "postscreen"}) {
    for (const char* service : {"", "a/", "b/", "submission/", "submissions/", "x-submission/"}) {
      for (const char* name : {"postfix/", "postfix-in/", "mx/"}) {
        tags.push_back(std::string(name) + service + program);
      }
    }
  }
  TagReader reader;
  for (int round = 0; round < 3; ++round) {
    for (const std::string& tag : tags) {
      const Tag read = reader.Read(tag);
      const Tag expected = ParseTag(tag);
      CHECK(read.program() == expected.program());
      CHECK(read.instance() == expected.instance());
      CHECK(read.listener() == expected.listener());
      CHECK(read.program_name().data() == expected.program_name().data());
      CHECK(read.of_postfix() == (tag.starts_with("postfix") && tag.find('/') != tag.npos));
    }
    std::reverse(tags.begin(), tags.end());
  }
}

TEST_CASE("a message without its tag tells its program only where no other writes it") {
  CHECK(InferProgram("connect from unknown[192.0.2.1]") == Program::kSmtpd);
  CHECK(InferProgram("CONNECT from [192.0.2.1]:4 to [192.0.2.2]:25") == Program::kPostscreen);
  CHECK(InferProgram("655E8AA429B: message-id=<a@b>") == Program::kCleanup);
  CHECK(InferProgram("655E8AA429B: from=<>, size=1, nrcpt=1 (queue active)") == Program::kQmgr);
  CHECK(InferProgram("655E8AA429B: to=<a@b>, relay=none, delay=1") == Program::kCommand);
  CHECK(InferProgram("655E8AA429B: removed") == Program::kNone);
  CHECK(InferProgram("655E8AA429B: removed (canceled)") == Program::kCleanup);
  CHECK(InferProgram("NOQUEUE: reject: RCPT from unknown[192.0.2.1]: 554 5.7.1 no") == Program::kSmtpd);
  CHECK(InferProgram("NOQUEUE: reject: RCPT from [192.0.2.1]:25: 550 5.3.2 no") == Program::kPostscreen);
  CHECK(InferProgram("NOQUEUE: reject: BDAT content from unknown[192.0.2.1]: bare <LF> received") ==
        Program::kSmtpd);
  CHECK(InferProgram("655E8AA429B: reject: header Subject: x from local") == Program::kCleanup);
  CHECK(InferProgram("655E8AA429B: lost connection with a[192.0.2.1] while sending RCPT TO") ==
        Program::kSmtp);
  CHECK(InferProgram("NOQUEUE: lost connection after MAIL from localhost[127.0.0.1]") == Program::kSmtpd);
  CHECK(InferProgram("Anonymous TLS connection established from a[192.0.2.1]: TLSv1.3 with cipher") ==
        Program::kSmtpd);
  CHECK(InferProgram("Trusted TLS connection established to a[192.0.2.1]:25: TLSv1.3 with cipher") ==
        Program::kSmtp);
  CHECK(InferProgram("") == Program::kNone);
}

struct Delivery {
  std::shared_ptr<const std::string> text;  // what the line's views point into
  bool ok = false;
  DeliveryLine line = {};
};

Delivery Parse(std::string text) {
  Delivery out{std::make_shared<const std::string>(std::move(text))};
  out.ok = ParseDelivery(*out.text, out.line);
  return out;
}

constexpr char kTail[] =
    ", relay=mx.example.net[192.0.2.1]:25, delay=1.2, delays=0.1/0.2/0.4/0.5, dsn=2.0.0, status=sent (250 "
    "ok)";

TEST_CASE("a delivery record") {
  const auto [text, ok, line] = Parse(std::string("u@example.net>") + kTail);
  REQUIRE(ok);
  CHECK(line.recipient == "u@example.net");
  CHECK(line.relay == "mx.example.net[192.0.2.1]:25");
  CHECK(line.delay_seconds == 1.2);
  CHECK(line.phase_seconds == std::array{0.1, 0.2, 0.4, 0.5});
  CHECK(line.enhanced_status == "2.0.0");
  CHECK(line.result == ResultWord::kSent);
  CHECK(line.text == "250 ok");
}

TEST_CASE("a relay with a blank, as in the article, is a delivery") {
  const auto [text, ok, line] = Parse(
      "testuser@gmoacademy.com>, relay=host.gmoacademy.com [XX.XXX.XX.XX]:25, delay=1.6, "
      "delays=0.3/0/0.73/0.58, "
      "dsn=2.0.0, status=sent (250 2.0.0 OK 1467708772 67uq1t0043dLKTM017uqYP.255 - gsmtp)");
  REQUIRE(ok);
  CHECK(line.relay == "host.gmoacademy.com [XX.XXX.XX.XX]:25");
}

TEST_CASE("every optional field may be there or not") {
  CHECK(Parse("a@b>, relay=none, delay=5, status=deferred (x)").ok);
  CHECK_FALSE(Parse("a@b>, relay=none, delay=5, status=deferred (x)").line.has_phases);
  CHECK(
      Parse(
          "a@b>, orig_to=<c@d>, relay=x[::1]:5301, conn_use=2, delay=5, delays=5/0/0/0, tls=may, dsn=4.4.1, "
          "status=deferred (x)")
          .line.original_recipient == "c@d");
  CHECK(Parse("a@b>, relay=h[/path/sock], delay=12346, delays=0/0/0/0.00055, tls=!encrypt:none/requiretls?, "
              "dsn=5.1.10, "
              "status=bounced (x)")
            .line.relay == "h[/path/sock]");
  CHECK(Parse(">, relay=local, delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent (delivered)")
            .line.recipient.empty());
  CHECK(Parse("a@b>, relay=local, delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent").ok);
}

TEST_CASE("all six results") {
  const auto result = [](std::string_view word) {
    const Delivery parsed =
        Parse("a@b>, relay=none, delay=0, delays=0/0/0/0, dsn=4.0.0, status=" + std::string(word) + " (x)");
    return parsed.ok ? static_cast<int>(parsed.line.result) : -1;
  };
  CHECK(result("sent") == 0);
  CHECK(result("deferred") == 1);
  CHECK(result("bounced") == 2);
  CHECK(result("SOFTBOUNCE") == 3);
  CHECK(result("deliverable") == 4);
  CHECK(result("undeliverable") == 5);
  CHECK(result("undeliverable-but-not-cached") == 5);
  CHECK(result("expired") == -1);
  CHECK(result("sentinel") == -1);
}

TEST_CASE("a quoted recipient may hold a whole forged tail") {
  const std::string forged = "\"x>, relay=evil, delay=9, delays=9/9/9/9, dsn=2.0.0, status=sent (250\"@b";
  const auto [text, ok, line] =
      Parse(forged + ">, relay=none, delay=1, delays=1/0/0/0, dsn=5.1.1, status=bounced (no)");
  REQUIRE(ok);
  CHECK(line.recipient == forged);
  CHECK(line.result == ResultWord::kBounced);
  CHECK(line.delay_seconds == 1);
}

TEST_CASE("before 3.5 an unquoted address may hold > and orig_to=") {
  const auto [text, ok, line] = Parse(
      "a>, orig_to=<b@smart.test>, relay=none, delay=1, delays=1/0/0/0, dsn=4.4.1, status=deferred (x)");
  REQUIRE(ok);
  const auto [text2, ok2, arrow] =
      Parse("a->b@c>, relay=none, delay=1, delays=1/0/0/0, dsn=4.4.1, status=deferred (x)");
  REQUIRE(ok2);
  CHECK(arrow.recipient == "a->b@c");
}

TEST_CASE("remote text cannot forge a result, and a cut line needs no closing parenthesis") {
  const auto [text, ok, line] = Parse(
      "a@b>, relay=x[192.0.2.1]:25, delay=1, delays=1/0/0/0, dsn=4.0.0, status=deferred (host x[192.0.2.1] "
      "said: 450 "
      "to=<z@z>, relay=y, delay=7, delays=7/7/7/7, dsn=2.0.0, status=sent (250 ok");
  REQUIRE(ok);
  CHECK(line.result == ResultWord::kDeferred);
  CHECK(line.delay_seconds == 1);
  CHECK(line.text.ends_with("status=sent (250 ok"));
}

TEST_CASE("a delay that no clock can have measured is 0, and the attempt counts") {
  const auto [text, ok, line] = Parse(
      "a@b>, relay=none, delay=99999999999999999999999, delays=0.1234567890123/0/0/1, dsn=4.4.1, "
      "status=deferred (x)");
  REQUIRE(ok);
  CHECK(line.delay_seconds == 0);
}

TEST_CASE("a delay of any length, with any fraction") {
  const std::string digits = "1203040506070";
  for (size_t whole = 1; whole < 10; ++whole) {
    for (size_t fraction = 0; fraction < 10; ++fraction) {
      const std::string seconds =
          digits.substr(0, whole) + (fraction > 0 ? "." + digits.substr(0, fraction) : "");
      CAPTURE(seconds);
      const auto [text, ok, line] = Parse("a@b>, relay=none, delay=" + seconds + ", delays=" + seconds +
                                          "/0.01/" + seconds + "/0, dsn=4.4.1, status=deferred (x)");
      REQUIRE(ok);
      CHECK(std::abs(line.delay_seconds - std::stod(seconds)) <= 1e-15 * line.delay_seconds);
      CHECK(line.phase_seconds == std::array{line.delay_seconds, 0.01, line.delay_seconds, 0.0});
    }
  }
  for (const char* damaged : {".5", "1.", "1.x", "x", "", "1.5.5", "-1", "1e3"}) {
    CAPTURE(damaged);
    CHECK(!Parse("a@b>, relay=none, delay=" + std::string(damaged) +
                 ", delays=0/0/0/0, dsn=4.4.1, status=deferred (x)")
               .ok);
  }
}

TEST_CASE("damaged delivery records are refused at every cut before the result") {
  const std::string whole = std::string("u@example.net>") + kTail;
  for (size_t size = 0; size < whole.find("sent") + 4; ++size) CHECK_FALSE(Parse(whole.substr(0, size)).ok);
  CHECK_FALSE(Parse("a@b>, relay=none, delay=-1, delays=0/0/0/0, dsn=4.0.0, status=sent (x)").ok);
  CHECK_FALSE(Parse("a@b>, relay=none, delay=1e9, delays=0/0/0/0, dsn=4.0.0, status=sent (x)").ok);
  CHECK_FALSE(Parse("a@b>, relay=none, delay=1, delays=0/0/0, dsn=4.0.0, status=sent (x)").ok);
  CHECK_FALSE(Parse("a@b>, relay=none, delay=1, delays=0/0/0/0, dsn=banana, status=sent (x)").ok);
}

TEST_CASE("qmgr: active and expired, whatever the sender is called") {
  QueueLine line;
  REQUIRE(ParseQueueLine("a@b>, size=1234, nrcpt=2 (queue active)", line));
  CHECK(line.size_bytes == 1234);
  CHECK(line.recipients == 2);
  REQUIRE(ParseQueueLine("\"x>, size=9, nrcpt=9 (queue active)\"@b>, size=1, nrcpt=3 (queue active)", line));
  CHECK(line.recipients == 3);
  REQUIRE(ParseQueueLine("x>, size=9, nrcpt=9 (queue active)>, size=1, nrcpt=3 (queue active)", line));
  CHECK(line.recipients == 3);
  REQUIRE(ParseQueueLine(">, status=expired, returned to sender", line));
  CHECK(line.kind == QueueLine::Kind::kExpired);
  REQUIRE(ParseQueueLine("a@b>, status=force-expired, returned to sender", line));
  CHECK_FALSE(ParseQueueLine("a@b>, size=1234, nrcpt=2", line));
  CHECK_FALSE(ParseQueueLine("a@b>, status=sent", line));
}

ActionLine Action(std::string_view text) {
  ActionLine line;
  REQUIRE(ParseAction(text, line));
  return line;
}

TEST_CASE("a reject: stage, client, code, text and the hints behind it") {
  const ActionLine line = Action(
      "reject: RCPT from unknown[192.0.2.9]: 554 5.7.1 <u@x.example>: Relay access denied; "
      "from=<a@b.example> "
      "to=<u@x.example> proto=ESMTP helo=<h>");
  CHECK(line.action == "reject");
  CHECK(line.command == SmtpCommand::kRcpt);
  CHECK(line.client.address == "192.0.2.9");
  CHECK(line.code == "554");
  CHECK(line.text == "554 5.7.1 <u@x.example>: Relay access denied");
  CHECK(line.sender == "a@b.example");
  CHECK(line.recipient == "u@x.example");
}

TEST_CASE("rejects without code, with ports, IPv6 and stages of two words") {
  const ActionLine bare =
      Action("reject: BDAT content from unknown[127.0.0.90]: bare <LF> received; from=<s@src.test>");
  CHECK(bare.command == SmtpCommand::kData);
  CHECK(bare.code.empty());
  CHECK(bare.text == "bare <LF> received");
  CHECK(Action("reject: CONNECT from [2001:db8::1]:4711: too many connections").client.address ==
        "2001:db8::1");
  CHECK(Action("reject: connect from [192.0.2.1]:4711: all screening ports busy").command ==
        SmtpCommand::kConnect);
  CHECK(Action("reject: VRFY from unknown[192.0.2.1]:99: 502 5.5.1 no; proto=SMTP").command ==
        SmtpCommand::kOther);
  CHECK(Action("proxy-reject: END-OF-MESSAGE: 554 5.7.0 Reject, id=1; from=<a@b>").code == "554");
  CHECK(Action("milter-reject: END-OF-MESSAGE from x[192.0.2.1]: 5.7.1 milter says no; from=<a@b>")
            .code.empty());
}

TEST_CASE("a recipient that quotes attributes does not shorten the text of its own reject") {
  const ActionLine line = Action(
      "reject: RCPT from unknown[192.0.2.9]: 550 5.1.1 <\"; from=<x\"@b>: Recipient address rejected: User "
      "unknown; "
      "from=<a@b> to=<c@d> proto=ESMTP helo=<h>");
  CHECK(line.text.ends_with("User unknown"));
}

TEST_CASE("a quoted recipient that looks like the end of itself neither") {
  const ActionLine line = Action(
      "reject: RCPT from u[192.0.2.9]: 554 5.7.1 <\"550 5.1.1 x>: User unknown; from=<\"@y>: Relay access "
      "denied; "
      "from=<a> to=<b> proto=ESMTP helo=<x>");
  CHECK(line.text.ends_with("Relay access denied"));
}

TEST_CASE("header checks: the sender's words are not the reason, with and without a text of the check") {
  CHECK(Action("reject: header Subject: <x>: user unknown from a[192.0.2.1]; from=<a@b> to=<c@d> proto=ESMTP "
               "helo=<h>")
            .text.empty());
  const ActionLine line = Action(
      "reject: header Subject: quota exceeded from localhost[127.0.0.1]; from=<s@src.test> to=<o@smart.test> "
      "proto=ESMTP "
      "helo=<client.test>: 5.7.1 spam subject");
  CHECK(line.content);
  CHECK(line.command == SmtpCommand::kEndOfData);
  CHECK(line.text == "5.7.1 spam subject");
}

TEST_CASE("TLS summaries") {
  TlsLine tls;
  REQUIRE(ParseTls(
      "Anonymous TLS connection established from localhost[127.0.0.1] to mx.test: TLSv1.3 with cipher "
      "TLS_AES_256_GCM_SHA384 (256/256 bits)",
      tls));
  CHECK(tls.inbound);
  CHECK(tls.protocol == "TLSv1.3");
  CHECK(tls.verification == "Anonymous");
  REQUIRE(ParseTls("Verified TLS connection reused to a[::1]:25: TLSv1.2 with cipher X (1/1 bits)", tls));
  CHECK_FALSE(tls.inbound);
  CHECK(tls.reused);
  CHECK_FALSE(ParseTls("Anonymous TLS connection established from localhost[127.0.0.1]", tls));
  CHECK_FALSE(ParseTls("SSL_accept error from localhost[127.0.0.1]: -1", tls));
}

TEST_CASE("what a connection failed of") {
  CHECK(FaultOf("Connection refused") == ConnectionFault::kRefused);
  CHECK(FaultOf("Connection timed out") == ConnectionFault::kTimeout);
  CHECK(FaultOf("No route to host") == ConnectionFault::kUnreachable);
  CHECK(FaultOf("Connection reset by peer") == ConnectionFault::kReset);
  CHECK(FaultOf("Protocol not available") == ConnectionFault::kOther);
}

}  // namespace
}  // namespace mta::postfix
