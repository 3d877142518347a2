// Conversations with the collector: log lines in, events out.
#include "collectors/postfix/postfix_collector.h"

#include "catch.h"
#include "collectors/event_log.h"

namespace mta::postfix {
namespace {

using Events = std::vector<std::string>;

class Conversation {
 public:
  explicit Conversation(CollectorOptions options = {.only_mta = true}) : collector_(options) {}

  // Says one line, written by `tag` a second after the last one.
  Events Say(std::string_view tag, std::string_view message, std::string_view pid = "1") {
    LogRecord record;
    record.time_ns = now_ns_ += 1'000'000'000;
    record.host = "mx";
    record.tag = tag;
    record.pid = pid;
    record.message = record.line = message;
    record.repeat = repeat;
    record.envelope = Envelope::kSyslog;
    verdict = collector_.Step(record, log_);
    return log_.Take();
  }

  Verdict verdict = Verdict::kForeign;
  uint32_t repeat = 1;
  PostfixCollector& collector() { return collector_; }

 private:
  PostfixCollector collector_;
  EventLog log_;
  int64_t now_ns_ = 1'700'000'000'000'000'000;
};

TEST_CASE("the life of a message from client to removal") {
  Conversation c;
  CHECK(c.Say("postfix/smtpd", "connect from a.example[192.0.2.1]") == Events{"connection smtpd 192.0.2.1"});
  CHECK(c.Say("postfix/smtpd", "4F1A2B3C4D: client=a.example[192.0.2.1]") ==
        Events{"source 4F1A2B3C4D a.example[192.0.2.1] login="});
  CHECK(c.Say("postfix/cleanup", "4F1A2B3C4D: message-id=<x@y>") == Events{"received 4F1A2B3C4D smtp <x@y>"});
  CHECK(c.Say("postfix/qmgr", "4F1A2B3C4D: from=<s@y>, size=961, nrcpt=1 (queue active)") ==
        Events{"mta_postfix_queue_activations_total 1", "envelope 4F1A2B3C4D from=s@y size=961 recipients=1",
               "in_flight 1"});
  CHECK(c.Say("postfix/smtp",
              "4F1A2B3C4D: to=<u@z.example>, relay=z.example[192.0.2.9]:25, delay=3, delays=1/1/0.5/0.5, "
              "dsn=2.0.0, status=sent (250 ok)") ==
        Events{"delivery smtp sent final to=u@z.example status=2.0.0 delay=3 duration=1"});
  CHECK(c.Say("postfix/qmgr", "4F1A2B3C4D: removed") ==
        Events{"removed 4F1A2B3C4D lifetime=3", "in_flight 0"});
  CHECK(c.collector().tracking().tracked == 0);
}

TEST_CASE("a message that was refused or discarded at its end is not waited for") {
  for (const auto& [program, last] : std::vector<std::pair<std::string, std::string>>{
           {"cleanup",
            "milter-reject: END-OF-MESSAGE from a.example[192.0.2.1]: 5.7.1 no; from=<s@y> to=<u@z>"},
           {"cleanup",
            "milter-discard: END-OF-MESSAGE from a.example[192.0.2.1]: milter triggers DISCARD action"},
           {"cleanup", "reject: header Subject: x from a.example[192.0.2.1]; from=<s@y> to=<u@z>: no"},
           {"cleanup", "discard: body x from local; from=<s@y> to=<u@z>"},
           {"smtpd", "reject: END-OF-MESSAGE from a.example[192.0.2.1]: 554 5.7.1 no; from=<s@y>"}}) {
    INFO(last);
    Conversation c;
    c.Say("postfix/smtpd", "4F1A2B3C4D: client=a.example[192.0.2.1]");
    c.Say("postfix/cleanup", "4F1A2B3C4D: message-id=<x@y>");
    CHECK(c.collector().tracking().tracked == 1);
    c.Say("postfix/" + program, "4F1A2B3C4D: " + last);
    CHECK(c.verdict == Verdict::kParsed);
    CHECK(c.collector().tracking().tracked == 0);
  }
}

TEST_CASE("a recipient refused, or mail put on hold, leaves the message open") {
  Conversation c;
  c.Say("postfix/smtpd", "4F1A2B3C4D: client=a.example[192.0.2.1]");
  c.Say("postfix/smtpd",
        "4F1A2B3C4D: reject: RCPT from a.example[192.0.2.1]: 550 5.1.1 no; from=<s@y> to=<v@z>");
  c.Say("postfix/cleanup",
        "4F1A2B3C4D: warning: header Subject: x from a.example[192.0.2.1]; from=<s@y> to=<u@z>");
  c.Say("postfix/cleanup",
        "4F1A2B3C4D: milter-hold: END-OF-MESSAGE from a.example[192.0.2.1]: milter triggers HOLD action");
  CHECK(c.collector().tracking().tracked == 1);
  CHECK(c.Say("postfix/cleanup", "4F1A2B3C4D: message-id=<x@y>") == Events{"received 4F1A2B3C4D smtp <x@y>"});
}

TEST_CASE("what is said of a peer beside its session is known and feeds nothing") {
  Conversation c;
  const auto ignored = [&](std::string_view tag, std::string_view message) {
    INFO(message);
    CHECK(c.Say(tag, message).empty());
    CHECK(c.verdict == Verdict::kIgnored);
  };
  ignored("postfix/smtpd", "a.example[192.0.2.1]: Untrusted: subject_CN=a, issuer=CA, fingerprint=A:B");
  ignored("postfix/smtpd", "a.example[2001:db8::1]: subject_CN=a, issuer=CA, fingerprint=A:B");
  ignored("postfix/smtpd", "TLS SNI b.example from a.example[192.0.2.1] not matched, using default chain");
  ignored("postfix/smtp",
          "mx.example[192.0.2.2]:25: Trusted: subject_CN=mx.example, issuer_CN=CA, fingerprint=A:B");
  ignored("postfix/smtp",
          "mx.example[192.0.2.2]:25: certificate verification depth=1 verify=1 subject=/CN=CA");
  ignored("postfix/smtp", "SSL_connect:SSLv3/TLS write client hello");
  ignored("postfix/smtp", "mx.example[192.0.2.2]:25: Matched DANE EE certificate at depth 0: 3 1 1 AB");
  ignored("postfix/smtpd",
          "client certificate verification failed for a.example[192.0.2.1]: num=18:self-signed");
  ignored("postfix/smtpd", "a.example[192.0.2.1]: replacing command \"X\" with \"NOOP\"");
  ignored("postfix/smtp", "host mx.example[192.0.2.2]:25 offers SMTPUTF8 support, but not 8BITMIME");
  ignored("postfix/tlsproxy", "[192.0.2.1]:2525: TLS cipher list \"aNULL:HIGH\"");
  c.Say("postfix/smtp", "mx.example[192.0.2.2]:25: something never seen");
  CHECK(c.verdict == Verdict::kUnrecognized);
}

TEST_CASE("only the first deferral of a message is its first") {
  Conversation c;
  const std::string deferred =
      "4F1A2B3C4D: to=<u@z>, relay=none, delay=3, delays=1/1/1/0, dsn=4.4.1, status=deferred (connect "
      "to z[192.0.2.9]:25: Connection refused)";
  CHECK(c.Say("postfix/smtp", deferred).at(0).ends_with("reason=connection_refused first"));
  CHECK(c.Say("postfix/smtp", deferred).at(0).ends_with("reason=connection_refused"));
}

TEST_CASE("a retry activates again but is the same message") {
  Conversation c;
  const std::string active = "4F1A2B3C4D: from=<s@y>, size=961, nrcpt=1 (queue active)";
  CHECK(c.Say("postfix/qmgr", active).size() == 3);
  CHECK(c.Say("postfix/qmgr", active) == Events{"mta_postfix_queue_activations_total 1"});
  CHECK(c.Say("postfix/qmgr", "4F1A2B3C4D: from=<s@y>, status=expired, returned to sender") ==
        Events{"in_flight 0", "expired 4F1A2B3C4D"});
  CHECK(c.Say("postfix/qmgr", "4F1A2B3C4D: removed") == Events{"removed 4F1A2B3C4D lifetime=?"});
}

TEST_CASE("where a message came from") {
  Conversation c;
  CHECK(c.Say("postfix/pickup", "AAAAAAAAA1: uid=1000 from=<u>") ==
        Events{"source AAAAAAAAA1 [] login= uid=1000"});
  CHECK(c.Say("postfix/pickup", "BBBBBBBBB1: uid=0 from=<u> orig_id=AAAAAAAAA1") ==
        Events{"source BBBBBBBBB1 [] login= uid=0 orig=AAAAAAAAA1"});
  CHECK(c.Say("postfix/pickup", "CCCCCCCCC1: uid=0 from=<u> orig_id=AAAAAAAAA1>") ==
        Events{"source CCCCCCCCC1 [] login= uid=0"});
  CHECK(c.Say("postfix/cleanup", "AAAAAAAAA1: message-id=<1>") == Events{"received AAAAAAAAA1 local <1>"});
  CHECK(c.Say("postfix/cleanup", "AAAAAAAAA2: message-id=<2>") == Events{"received AAAAAAAAA2 internal <2>"});
}

TEST_CASE("a queue id that is used again begins anew") {
  Conversation c;
  const std::string deferred =
      "AAAAAAAAA1: to=<u@z>, relay=none, delay=3, delays=1/1/1/0, dsn=4.4.1, status=deferred (x)";
  c.Say("postfix/smtpd", "AAAAAAAAA1: client=a[192.0.2.1]");
  c.Say("postfix/qmgr", "AAAAAAAAA1: from=<s@y>, size=1, nrcpt=1 (queue active)");
  c.Say("postfix/smtp", deferred);
  CHECK(c.Say("postfix/pickup", "AAAAAAAAA1: uid=0 from=<root>").at(0) == "in_flight 0");
  CHECK(c.Say("postfix/smtp", deferred).at(0).ends_with("first"));
}

TEST_CASE("postsuper's removed and cleanup's removed (canceled) end a message without a lifetime") {
  Conversation c;
  c.Say("postfix/cleanup", "AAAAAAAAA1: message-id=<1>");
  CHECK(c.Say("postfix/postsuper", "AAAAAAAAA1: removed") == Events{"removed AAAAAAAAA1 lifetime=?"});
  c.Say("postfix/cleanup", "AAAAAAAAA2: message-id=<2>");
  CHECK(c.Say("postfix/cleanup", "AAAAAAAAA2: removed (canceled)").empty());
  CHECK(c.verdict == Verdict::kIgnored);
  CHECK(c.collector().tracking().tracked == 0);
}

TEST_CASE("a login counts once a session, however many messages it sends") {
  Conversation c;
  c.Say("postfix/submission/smtpd", "connect from a[192.0.2.1]", "77");
  const auto client = [&](std::string_view id, std::string_view pid) {
    return c.Say(
        "postfix/submission/smtpd",
        std::string(id) + ": client=a[192.0.2.1], sasl_method=PLAIN, sasl_username=bob, relay=x@example.test",
        pid);
  };
  CHECK(client("AAAAAAAAA1", "77") ==
        Events{"auth PLAIN success", "source AAAAAAAAA1 a[192.0.2.1] login=bob"});
  CHECK(client("AAAAAAAAA2", "77") == Events{"source AAAAAAAAA2 a[192.0.2.1] login=bob"});
  CHECK(client("AAAAAAAAA3", "78").size() == 2);
  c.Say("postfix/submission/smtpd", "disconnect from proxy[198.51.100.7] ehlo=1 quit=1 commands=2", "77");
  CHECK(client("AAAAAAAAA4", "77").size() == 2);
  CHECK(c.Say("postfix/smtpd", "AAAAAAAAA5: client=a[192.0.2.1], sasl_method=XCLIENT, sasl_username=x", "79")
            .size() == 1);
}

TEST_CASE("a failed login is an attempt, the library's own lines are not") {
  Conversation c;
  CHECK(
      c.Say("postfix/smtpd", "warning: unknown[192.0.2.1]: SASL LOGIN authentication failed: UGFzc3dvcmQ6") ==
      Events{"problem smtpd warning", "auth LOGIN failure"});
  CHECK(c.Say("postfix/smtpd",
              "warning: unknown[2001:db8::1]:4711: SASL PLAIN authentication failed: x, sasl_username=y")
            .size() == 2);
  CHECK(c.Say("postfix/smtpd", "warning: unknown[192.0.2.1]: SASL LOGIN authentication aborted").size() == 1);
  CHECK(c.Say("postfix/smtpd", "warning: SASL authentication failure: Password verification failed").size() ==
        1);
}

TEST_CASE("a repeated line counts as often as it says") {
  Conversation c;
  c.repeat = 4;
  CHECK(c.Say("postfix/smtpd",
              "NOQUEUE: reject: MAIL from c[192.0.2.1]: 554 5.7.1 <bad@sender.test>: Sender address "
              "rejected: bad "
              "sender; from=<bad@sender.test> proto=ESMTP helo=<h>") ==
        Events{"reject smtpd mail policy 554 policy x4"});
}

TEST_CASE("lost sessions, with and without the prefix of 3.10") {
  Conversation c;
  CHECK(c.Say("postfix/smtpd", "lost connection after CONNECT from x[192.0.2.1]") ==
        Events{"lost smtpd lost connect 192.0.2.1"});
  CHECK(c.Say("postfix/smtpd", "NOQUEUE: timeout after DATA (15 bytes) from x[192.0.2.1]") ==
        Events{"lost smtpd timeout data 192.0.2.1"});
  CHECK(c.Say("postfix/smtpd", "644E6AC01B3: too many errors after RCPT from x[192.0.2.1]") ==
        Events{"lost smtpd errors rcpt 192.0.2.1"});
  CHECK(c.Say("postfix/smtpd", "lost connection after STARTTLS from x[192.0.2.1]") ==
        Events{"lost smtpd lost other 192.0.2.1"});
}

TEST_CASE("rejects by every door") {
  Conversation c;
  CHECK(c.Say("postfix/submission/smtpd",
              "NOQUEUE: reject: RCPT from x[192.0.2.1]: 554 5.7.1 <u@o>: Relay access denied; from=<a@b> "
              "to=<u@o> proto=ESMTP helo=<h> sasl_method=PLAIN sasl_username=bob") ==
        Events{"reject submission rcpt policy 554 relay_denied"});
  CHECK(c.Say("postfix/ps/postscreen",
              "NOQUEUE: reject: RCPT from [192.0.2.1]:5: 550 5.7.1 Service unavailable; client "
              "[192.0.2.1] blocked using zen.example; from=<a@b>, to=<c@d>, proto=ESMTP, helo=<x>") ==
        Events{"reject ps rcpt postscreen 550 reputation"});
  CHECK(c.Say("postfix/postscreen", "NOQUEUE: reject: CONNECT from [192.0.2.1]:5: too many connections") ==
        Events{"reject postscreen connect postscreen none rate_limited"});
  CHECK(c.Say("postfix/smtpd", "proxy-reject: END-OF-MESSAGE: 554 5.7.0 Reject, id=1 - spam; from=<a@b>") ==
        Events{"reject smtpd end_of_data proxy 554 spam_content"});
  CHECK(c.Say("postfix/cleanup",
              "AAAAAAAAA1: milter-reject: END-OF-MESSAGE from x[192.0.2.1]: 5.7.1 Spam message rejected; "
              "from=<a@b>") == Events{"mta_postfix_cleanup_actions_total milter_reject 1",
                                      "reject cleanup end_of_data milter none spam_content"});
  CHECK(c.Say("postfix/cleanup", "AAAAAAAAA1: warning: header Subject: warning: x from local; from=<a@b>") ==
        Events{"mta_postfix_cleanup_actions_total warning 1", "action AAAAAAAAA1 warning"});
  CHECK(c.Say("postfix/smtpd", "NOQUEUE: reject_warning: RCPT from x[192.0.2.1]: 554 5.7.1 no; from=<a@b>") ==
        Events{"mta_postfix_smtpd_actions_total reject_warning 1"});
  CHECK(c.Say("postfix/smtpd", "proxy-accept: END-OF-MESSAGE: 250 2.0.0 Ok; from=<a@b>").empty());
}

TEST_CASE("hand-over to a content filter on this host is an internal hop") {
  Conversation c({.only_mta = true, .internal_relays = {"10.0.0.5:10024", "10.0.0.6", "[2001:db8::1]:25"}});
  const auto hop = [&](std::string_view relay, std::string_view result) {
    const Events events =
        c.Say("postfix/smtp", "AAAAAAAAA1: to=<u@z>, relay=" + std::string(relay) +
                                  ", delay=1, delays=0/0/0/1, dsn=2.0.0, status=" + std::string(result));
    return events.at(0).find(" internal ") != std::string::npos;
  };
  CHECK(hop("127.0.0.1[127.0.0.1]:10024",
            "sent (250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 4F)"));
  CHECK(hop("x[::1]:25", "sent (250 ok 6AM Message accepted for delivery)"));
  CHECK_FALSE(hop("x[127.0.0.1]:24", "sent (250 2.1.5 saved)"));
  CHECK_FALSE(hop("x[127.0.0.1]:24", "deferred (450 queued as x)"));
  CHECK_FALSE(hop("x[192.0.2.1]:25", "sent (250 Ok: queued as 4F)"));
  CHECK(hop("filter[10.0.0.5]:10024", "deferred (x)"));
  CHECK_FALSE(hop("filter[10.0.0.5]:100", "sent (250 x)"));
  CHECK(hop("filter[10.0.0.6]:100", "deferred (x)"));
  CHECK_FALSE(hop("filter[10.0.0.60]:100", "deferred (x)"));
  CHECK(hop("filter[2001:db8::1]:25", "deferred (x)"));
  CHECK_FALSE(hop("filter[2001:db8::1]:26", "deferred (x)"));
}

TEST_CASE("probes are no deliveries") {
  Conversation c;
  CHECK(c.Say("postfix/smtp",
              "AAAAAAAAA1: to=<u@z>, relay=z[192.0.2.1]:25, delay=1, delays=0/0/0/1, dsn=2.1.5, "
              "status=deliverable (ok)") == Events{"mta_postfix_address_probes_total deliverable 1"});
}

TEST_CASE("trouble with connections is counted besides the result") {
  Conversation c;
  CHECK(c.Say("postfix/smtp", "connect to z[192.0.2.1]:25: Connection timed out") ==
        Events{"connection_error smtp timeout"});
  CHECK(c.Say("postfix/lmtp", "connect to h[/run/dovecot/lmtp]: No such file or directory") ==
        Events{"connection_error lmtp other"});
  CHECK(c.Say("postfix/smtp", "AAAAAAAAA1: lost connection with z[192.0.2.1] while sending RCPT TO") ==
        Events{"connection_error smtp lost"});
  CHECK(c.Say("postfix/smtp",
              "AAAAAAAAA1: host z[192.0.2.1] said: 450 status=sent (x) (in reply to RCPT TO command)")
            .empty());
  CHECK(c.verdict == Verdict::kIgnored);
  CHECK(c.Say("postfix/smtp", "TLSRPT: status=success, domain=a, receiving_mx=b[192.0.2.1]").empty());
  CHECK(c.verdict == Verdict::kIgnored);
  CHECK(c.Say("postfix/smtp", "AAAAAAAAA1: Server certificate not trusted") ==
        Events{"connection_error smtp tls"});
  CHECK(c.Say("postfix/smtp", "AAAAAAAAA1: SASL authentication failed; server z[192.0.2.1] said: 535 no")
            .empty());
  CHECK(c.verdict == Verdict::kIgnored);
}

TEST_CASE("noise of TLS, SASL and qmqpd is known") {
  Conversation c;
  struct Said {
    std::string_view tag, message;
  };
  for (const Said& said : {
           Said{"postfix/tlsproxy", "TLS handshake failed for service=smtpd peer=[192.0.2.9]:4711"},
           Said{"postfix/smtpd", "SSL_accept:SSLv3/TLS read client hello"},
           Said{"postfix/smtpd", "SSL3 alert read:fatal:unknown CA"},
           Said{"postfix/smtp", "SSL_connect:SSLv3/TLS write client hello"},
           Said{"postfix/smtpd", "auxpropfunc error invalid parameter supplied"},
           Said{"postfix/smtpd", "sql_select option missing"},
           Said{"postfix/qmqpd", "connect from z[192.0.2.9]"},
           Said{"postfix/qmqpd", "AAAAAAAAA1: client=z[192.0.2.9]"},
       }) {
    INFO(said.message);
    CHECK(c.Say(said.tag, said.message).empty());
    CHECK(c.verdict == Verdict::kIgnored);
  }
}

TEST_CASE("TLS sessions count when established") {
  Conversation c;
  CHECK(c.Say("postfix/tlsproxy",
              "Untrusted TLS connection established to a[192.0.2.1]:25: TLSv1.3 with cipher X (1/1 bits)") ==
        Events{"tls outbound TLSv1.3 Untrusted"});
  CHECK(c.Say("postfix/smtp",
              "Untrusted TLS connection reused to a[192.0.2.1]:25: TLSv1.3 with cipher X (1/1 bits)")
            .empty());
  CHECK(c.verdict == Verdict::kIgnored);
}

TEST_CASE("postscreen, anvil, bounce and master") {
  Conversation c;
  CHECK(c.Say("postfix/postscreen", "CONNECT from [192.0.2.1]:4 to [192.0.2.2]:25") ==
        Events{"connection postscreen 192.0.2.1"});
  CHECK(c.Say("postfix/postscreen", "WHITELISTED [192.0.2.1]:4") ==
        Events{"mta_postfix_postscreen_events_total allowlisted 1"});
  CHECK(c.Say("postfix/postscreen", "DISCONNECT [192.0.2.1]:4").empty());
  CHECK(c.Say("postfix/anvil",
              "statistics: max connection rate 9/60s for (127.0.0.1:5033:127.0.0.33) at Nov 22 10:00:00") ==
        Events{"mta_postfix_anvil_peak connection_rate 9"});
  CHECK(c.Say("postfix/anvil", "statistics: max cache size 4 at Nov 22 10:00:00") ==
        Events{"mta_postfix_anvil_peak cache_size 4"});
  CHECK(c.Say("postfix/bounce", "AAAAAAAAA1: sender non-delivery notification: BBBBBBBBB1") ==
        Events{"bounce AAAAAAAAA1 nondelivery BBBBBBBBB1"});
  CHECK(c.Say("postfix/bounce", "AAAAAAAAA1: postmaster delay notification: BBBBBBBBB1") ==
        Events{"bounce AAAAAAAAA1 postmaster BBBBBBBBB1"});
  CHECK(c.Say("postfix/master", "daemon started -- version 3.7.11, configuration /etc/postfix") ==
        Events{"start"});
  CHECK(c.Say("postfix/master", "fatal: bind 0.0.0.0 port 25: Address already in use") ==
        Events{"problem master fatal"});
}

TEST_CASE("whose line it is") {
  const std::string connect = "connect from a[192.0.2.1]";
  Conversation postfix_only;
  for (const char* tag : {"postfix/smtpd", "postfix-out/submission/smtpd", "mx/smtpd", "smtpd"}) {
    postfix_only.Say(tag, connect);
    CHECK(postfix_only.verdict == Verdict::kParsed);
  }
  for (const char* tag : {"dovecot", "postfix/policy-spf", "sm-mta"}) {
    postfix_only.Say(tag, connect);
    CHECK(postfix_only.verdict == Verdict::kForeign);
  }
  Conversation automatic(CollectorOptions{});
  for (const char* tag : {"postfix/smtpd", "postfix-out/smtpd", "mx/smtpd", "postfix"}) {
    automatic.Say(tag, connect);
    CHECK(automatic.verdict == Verdict::kParsed);
  }
  automatic.Say("mx/smtpd", "no line of smtpd");
  CHECK(automatic.verdict == Verdict::kForeign);
  automatic.Say("smtpd", connect);
  CHECK(automatic.verdict == Verdict::kForeign);
  automatic.Say("postfix/smtpd", "no line of smtpd");
  CHECK(automatic.verdict == Verdict::kUnrecognized);
  Conversation selected({.syslog_names = {"postfix-out"}});
  selected.Say("postfix/smtpd", connect);
  CHECK(selected.verdict == Verdict::kForeign);
  selected.Say("postfix-out/smtpd", connect);
  CHECK(selected.verdict == Verdict::kParsed);
}

TEST_CASE("a warning under a name that is not Postfix's is Postfix's only after another line of it") {
  Conversation c(CollectorOptions{});
  CHECK(c.Say("cron/local", "fatal: job failed").empty());
  CHECK(c.verdict == Verdict::kForeign);
  CHECK(c.Say("mx/smtpd", "warning: hostname x does not resolve to address 192.0.2.1").empty());
  c.Say("mx/smtpd", "connect from a[192.0.2.1]");
  CHECK(c.Say("mx/smtpd", "warning: hostname x does not resolve to address 192.0.2.1") ==
        Events{"problem smtpd warning"});
}

TEST_CASE("a requeued message is no longer in flight under its old id") {
  Conversation c;
  c.Say("postfix/qmgr", "AAAAAAAAA1: from=<s@y>, size=1, nrcpt=1 (queue active)");
  CHECK(c.Say("postfix/postsuper", "AAAAAAAAA1: requeued") ==
        Events{"in_flight 0", "action AAAAAAAAA1 requeued"});
}

TEST_CASE("a tag cut to postfix is read by its message") {
  Conversation c(CollectorOptions{});
  CHECK(c.Say("postfix", "connect from a[192.0.2.1]") == Events{"connection smtpd 192.0.2.1"});
  CHECK(c.Say("postfix",
              "AAAAAAAAA1: to=<u@z>, relay=z[192.0.2.1]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent "
              "(ok)")
            .at(0)
            .starts_with("delivery other sent"));
  CHECK(c.Say("postfix", "AAAAAAAAA1: removed") == Events{"removed AAAAAAAAA1 lifetime=?"});
  CHECK(c.Say("postfix", "fatal: -c requires absolute pathname") == Events{"problem postfix fatal"});
}

TEST_CASE("messages forgotten for want of room are no longer in flight") {
  Conversation c({.only_mta = true, .max_messages = 2});
  c.Say("postfix/qmgr", "AAAAAAAAA1: from=<s@y>, size=1, nrcpt=1 (queue active)");
  c.Say("postfix/qmgr", "AAAAAAAAA2: from=<s@y>, size=1, nrcpt=1 (queue active)");
  const Events events = c.Say("postfix/qmgr", "AAAAAAAAA3: from=<s@y>, size=1, nrcpt=1 (queue active)");
  CHECK(events.front() == "in_flight 1");
  CHECK(events.back() == "in_flight 2");
  CHECK(c.collector().tracking().evicted == 1);
}

TEST_CASE("save and restore between any two lines changes nothing") {
  const std::vector<std::pair<const char*, const char*>> lines = {
      {"postfix/smtpd", "AAAAAAAAA1: client=a[192.0.2.1], sasl_method=PLAIN, sasl_username=b"},
      {"postfix/cleanup", "AAAAAAAAA1: message-id=<1>"},
      {"postfix/qmgr", "AAAAAAAAA1: from=<s@y>, size=1, nrcpt=1 (queue active)"},
      {"postfix/smtp",
       "AAAAAAAAA1: to=<u@z>, relay=none, delay=3, delays=1/1/1/0, dsn=4.4.1, status=deferred (x)"},
      {"postfix/smtpd", "AAAAAAAAA2: client=a[192.0.2.1], sasl_method=PLAIN, sasl_username=b"},
      {"postfix/smtp",
       "AAAAAAAAA1: to=<u@z>, relay=none, delay=3, delays=1/1/1/0, dsn=4.4.1, status=deferred (x)"},
      {"postfix/qmgr", "AAAAAAAAA1: removed"},
      {"mx/smtpd", "connect from a[192.0.2.1]"},
      {"mx/smtpd", "warning: x"},
  };
  Conversation whole(CollectorOptions{}), interrupted(CollectorOptions{});
  for (const auto& [tag, message] : lines) {
    ByteWriter out;
    interrupted.collector().Save(out);
    ByteReader in(out.bytes());
    REQUIRE(interrupted.collector().Restore(in));
    CHECK(whole.Say(tag, message) == interrupted.Say(tag, message));
  }
  ByteReader garbage("not a state");
  CHECK_FALSE(interrupted.collector().Restore(garbage));
}

TEST_CASE("what a person did with a message is told to stories and counts nothing") {
  Conversation c;
  CHECK(c.Say("postfix/postsuper", "AAAAAAAAA1: placed on hold") ==
        Events{"action AAAAAAAAA1 placed on hold"});
  CHECK(c.verdict == Verdict::kIgnored);
  CHECK(c.Say("postfix/smtpd",
              "AAAAAAAAA1: hold: RCPT from x[192.0.2.1]: <u@z>: Recipient address triggers HOLD "
              "action; from=<a@b> to=<u@z> proto=SMTP helo=<x>") ==
        Events{"mta_postfix_smtpd_actions_total hold 1", "action AAAAAAAAA1 hold"});
}

TEST_CASE("a line tells which message it is about, a stranger's words do not") {
  Conversation c({.only_mta = false});
  c.Say("postfix/smtp",
        "4F1A2B3C4D: host z[192.0.2.9] said: 450 AAAAAAAAA1: removed (in reply to RCPT TO command)");
  CHECK(c.collector().queue_id() == "4F1A2B3C4D");
  c.Say("postfix/smtpd", "connect from a.example[192.0.2.1]");
  CHECK(c.collector().queue_id().empty());
  c.Say("postfix/qmgr", "4F1A2B3C4D: removed");
  CHECK(c.collector().queue_id() == "4F1A2B3C4D");
  c.Say("sshd", "4F1A2B3C4D: removed");
  CHECK(c.collector().queue_id().empty());
}

}  // namespace
}  // namespace mta::postfix
