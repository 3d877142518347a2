// Lines of every kind of envelope, mostly from recorded logs, and what the reader must make of them.
#include "exporter/record/reader.h"

#include <string>
#include <vector>

#include "catch.h"

using mta::ByteReader;
using mta::ByteWriter;
using mta::Envelope;
using mta::EnvelopeReader;
using mta::kNoTime;
using mta::LogRecord;

namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kNov22 = 1'795'305'600 * kSecond;  // 2026-11-22 00:00:00 UTC

constexpr int64_t At(int hour, int minute, int second, int64_t nanoseconds = 0) {
  return kNov22 + (hour * 3600 + minute * 60 + second) * kSecond + nanoseconds;
}

EnvelopeReader Reader(const char* zone = "UTC") {
  setenv("TZ", zone, 1);
  EnvelopeReader reader;
  reader.SetYear(2026);
  return reader;
}

// A record that owns its text.
struct Parts {
  explicit Parts(const LogRecord& r)
      : time_ns(r.time_ns),
        host(r.host),
        tag(r.tag),
        pid(r.pid),
        message(r.message),
        repeat(r.repeat),
        envelope(r.envelope) {}
  bool operator==(const Parts&) const = default;

  int64_t time_ns;
  std::string host, tag, pid, message;
  uint32_t repeat;
  Envelope envelope;
};

Parts Read(std::string_view line) {
  EnvelopeReader reader = Reader();
  return Parts(reader.Read(line));
}

constexpr std::string_view kPostfix =
    "Nov 22 10:43:11 vm postfix/smtp[2771]: 655E8AA429B: to=<u@virt.test>, relay=none, status=deferred "
    "(x[1]: y)";
constexpr std::string_view kSendmail =
    "2026-11-22T10:42:35.477404+00:00 mxhost sm-mta[2041]: 6AMAgZEl002037: to=<a@b>, stat=Sent";
constexpr std::string_view kRfc5424 =
    "<22>1 2026-11-22T10:53:30.174748+00:00 mx1 qmail - - -  1795344084.467968 status: local 0/10 remote "
    "0/20";
constexpr std::string_view kTai64n = "@400000006b02c6dd2419822c status: local 0/10 remote 0/20";
constexpr std::string_view kTai64nLocal = "2016-03-15 10:54:07.474204500 status: local 0/80 remote 1/80";
constexpr std::string_view kRepeated =
    "Nov 22 11:00:58 vm postfix/smtpd[1175]: message repeated 4 times: [ NOQUEUE: reject: MAIL from "
    "c[127.0.0.21]: x]";

const std::vector<std::string_view> kSamples = {
    kPostfix,
    kSendmail,
    kRfc5424,
    kTai64n,
    kTai64nLocal,
    kRepeated,
    "<20>1 2026-11-22T10:43:10.472885+00:00 vm postfix 2768 - [a@1 b=\"x\\\"]\\\\\"][c] \xEF\xBB\xBFwarning: "
    "x",
    "<22>Nov 22 10:41:16 qmail: 1795344076.743982 status: local 0/10 remote 0/20",
    "Aug  3 03:19:02 sarcnode sendmail[12325]: [ID 801593 mail.info] p2F1PiVs015001: to=<x>, stat=Sent",
    "Mar 15 10:54:33 host mail:info sendmail[123]: p2F1PiVs015001: from=<x>",
    "2026-11-22_10:59:18.39492 new msg 1335607",
    "1458006847.474204 end msg 9012312",
    "starting delivery 1: msg 2 to local x@y",
};

}  // namespace

TEST_CASE("RFC 3164: stamp, host, tag, pid, message") {
  EnvelopeReader reader = Reader();
  const std::string_view line =
      "Nov 22 10:43:11 vm postfix/submission/smtpd[2768]: BB820AA41DC: client=localhost[127.0.0.1]";
  const LogRecord record = reader.Read(line);
  CHECK(record.envelope == Envelope::kSyslog);
  CHECK(record.time_ns == At(10, 43, 11));
  CHECK(record.host == "vm");
  CHECK(record.tag == "postfix/submission/smtpd");
  CHECK(record.pid == "2768");
  CHECK(record.message == "BB820AA41DC: client=localhost[127.0.0.1]");
  CHECK(record.line == line);
  CHECK(record.repeat == 1);
}

TEST_CASE("RFC 3164: the day padded with a blank, with a zero or not at all") {
  const int64_t july_5 = 1'783'273'971 * kSecond;
  CHECK(Read("Jul 5 17:52:51 mfgw1 postfix/smtps/smtpd[3362]: 07BC615C032: client=h").time_ns == july_5);
  CHECK(Read("Jul  5 17:52:51 mfgw1 postfix/smtps/smtpd[3362]: 07BC615C032: client=h").time_ns == july_5);
  CHECK(Read("Jul 05 17:52:51 mfgw1 postfix/smtps/smtpd[3362]: 07BC615C032: client=h").time_ns == july_5);
  EnvelopeReader reader = Reader();
  CHECK(reader.Read("Jul 5 17:52:51 mfgw1 postfix/qmgr[1]: x").message == "x");
  CHECK(reader.Read("Jul  5 17:52:52 mfgw1 postfix/qmgr[1]: x").time_ns == july_5 + kSecond);
  CHECK(reader.Read("Jul 5 17:52:53 mfgw1 postfix/qmgr[1]: x").time_ns == july_5 + 2 * kSecond);
}

TEST_CASE("RFC 3164: with a priority, and without a host, as syslogd gets it") {
  const Parts record = Read("<22>Nov 22 10:41:16 qmail: 1795344076.743982 status: local 0/10 remote 0/20");
  CHECK(record.envelope == Envelope::kSyslog);
  CHECK(record.time_ns == At(10, 41, 16));
  CHECK(record.host.empty());
  CHECK(record.tag == "qmail");
  CHECK(record.message == "1795344076.743982 status: local 0/10 remote 0/20");
  CHECK(Read("<22>sm-mta[7]: x").tag == "sm-mta");
  CHECK(Read("<22>sm-mta[7]: x").envelope == Envelope::kSyslog);
  CHECK(Read("<22>Nov 22 10:41:16 mx1 qmail: x").host == "mx1");
}

TEST_CASE("RFC 3164: with fractions of a second") {
  CHECK(Read("Nov 22 10:41:16.123456 vm a[1]: b").time_ns == At(10, 41, 16, 123'456'000));
  CHECK(Read("Nov 22 10:41:16.5 vm a[1]: b").time_ns == At(10, 41, 16, 500'000'000));
  CHECK(Read("Nov 22 10:41:16. vm a[1]: b").envelope == Envelope::kBare);
}

TEST_CASE("hosts may be addresses, tags may have slashes, dots and dashes") {
  CHECK(Read("Nov 22 10:41:16 2001:db8::25 postfix/smtpd[1]: x").host == "2001:db8::25");
  CHECK(Read("Nov 22 10:41:16 2001:db8:: postfix/smtpd[1]: x").host == "2001:db8::");
  CHECK(Read("Nov 22 10:41:16 [::1] postfix/smtpd[1]: x").host == "[::1]");
  CHECK(Read("Nov 22 10:41:16 src@mx1/10.0.0.1 postfix/smtpd[1]: x").host == "src@mx1/10.0.0.1");
  CHECK(Read("Nov 22 10:41:16 mx postfix-out/relay/smtp[1]: x").tag == "postfix-out/relay/smtp");
  CHECK(Read("Nov 22 10:41:16 mx mx1.example.com/smtpd[1]: x").tag == "mx1.example.com/smtpd");
  CHECK(Read("Nov 22 10:41:16 mxhost sendmail-in/x[1]: y").tag == "sendmail-in/x");
}

TEST_CASE("hosts that change from line to line, also to one that begins as the last one does") {
  EnvelopeReader reader = Reader();
  for (const std::string host :
       {"mx1", "mx1", "mx", "mx1", "mx10", "mx10.example.com", "mx10.example.org",
        "a-host-with-a-longer-name.example.com", "a-host-with-a-longer-name.example.org", "mx1"}) {
    const std::string line = "Nov 22 10:41:16 " + host + " postfix/smtpd[1]: x";
    CHECK(reader.Read(line).host == host);
    CHECK(reader.Read(line).tag == "postfix/smtpd");
    CHECK(reader.Read("Nov 22 10:41:16 " + host).host == host);
    CHECK(reader.Read("Nov 22 10:41:16 " + host + ": x").tag == host);
  }
}

TEST_CASE("a tag without pid, with an odd one, none at all") {
  CHECK(Read("Nov 22 10:41:16 mx1 qmail: x").tag == "qmail");
  CHECK(Read("Nov 22 10:41:16 mx1 qmail: x").pid.empty());
  CHECK(Read("Nov 22 10:41:16 mx1 dovecot[main]: x").tag == "dovecot[main]");
  CHECK(Read("Nov 22 10:41:16 mx1 a[]: x").tag == "a[]");
  CHECK(Read("Nov 22 10:41:16 mx1 [12]: x").tag == "[12]");
  CHECK(Read("Nov 22 10:41:16 mx1 a[1234567890123]: x").pid == "1234567890123");
  CHECK(Read("Nov 22 10:41:16 mx1 a[12345678]: x").pid == "12345678");
  CHECK(Read("Nov 22 10:41:16 mx1 a[1]: x").tag == "a");
  const Parts none = Read("Nov 22 10:41:16 mx1 no colon: here");
  CHECK(none.tag.empty());
  CHECK(none.host == "mx1");
  CHECK(none.message == "no colon: here");
}

TEST_CASE("the insertions of Solaris, AIX and FreeBSD") {
  const Parts solaris = Read(
      "Aug  3 03:19:02 sarcnode sendmail[12325]: [ID 801593 mail.info] p2F1PiVs015001: to=<x>, stat=Sent");
  CHECK(solaris.tag == "sendmail");
  CHECK(solaris.message == "p2F1PiVs015001: to=<x>, stat=Sent");
  CHECK(Read("Aug  3 03:19:02 h sendmail[1]: [ID x mail.info] y").message == "[ID x mail.info] y");
  CHECK(Read("Aug  3 03:19:02 h sendmail[1]: [1]: text ...").message == "[1]: text ...");
  const Parts aix = Read("Mar 15 10:54:33 host mail:info sendmail[123]: p2F1PiVs015001: from=<x>");
  CHECK(aix.host == "host");
  CHECK(aix.tag == "sendmail");
  CHECK(aix.pid == "123");
  CHECK(aix.message == "p2F1PiVs015001: from=<x>");
  const Parts freebsd = Read("Mar 15 10:54:33 <mail.info> host postfix/qmgr[123]: x");
  CHECK(freebsd.host == "host");
  CHECK(freebsd.tag == "postfix/qmgr");
}

TEST_CASE("RFC 3339: any fraction, any zone") {
  const Parts record = Read(kSendmail);
  CHECK(record.envelope == Envelope::kSyslog);
  CHECK(record.time_ns == At(10, 42, 35, 477'404'000));
  CHECK(record.host == "mxhost");
  CHECK(record.tag == "sm-mta");
  CHECK(record.pid == "2041");
  CHECK(record.message == "6AMAgZEl002037: to=<a@b>, stat=Sent");
  const std::string_view tail = " mx1 qmail: x";
  const auto time = [tail](std::string stamp) { return Read(stamp.append(tail)).time_ns; };
  CHECK(time("2026-11-22T10:41:16Z") == At(10, 41, 16));
  CHECK(time("2026-11-22T10:41:16.7Z") == At(10, 41, 16, 700'000'000));
  CHECK(time("2026-11-22T10:41:16.12345678Z") == At(10, 41, 16, 123'456'780));
  CHECK(time("2026-11-22T10:41:16.123456789Z") == At(10, 41, 16, 123'456'789));
  CHECK(time("2026-11-22T10:41:16.123456789999Z") == At(10, 41, 16, 123'456'789));
  CHECK(time("2026-11-22T10:41:16+05:30") == At(5, 11, 16));
  CHECK(time("2026-11-22T10:41:16.5-0800") == At(18, 41, 16, 500'000'000));
  CHECK(time("2026-11-22T23:59:60Z") == At(24, 0, 0));
  CHECK(Read("<22>2026-11-22T10:41:16Z mx1 qmail: x").time_ns == At(10, 41, 16));
  CHECK(Read("2026-11-22T10:41:16Z qmail: x").tag == "qmail");
}

TEST_CASE("RFC 5424, as rsyslog's template writes it: two blanks before the message") {
  const Parts record = Read("<20>1 2026-11-22T10:43:10.472885+00:00 vm postfix 2768 - -  warning: x, line 1");
  CHECK(record.envelope == Envelope::kRfc5424);
  CHECK(record.time_ns == At(10, 43, 10, 472'885'000));
  CHECK(record.host == "vm");
  CHECK(record.tag == "postfix");
  CHECK(record.pid == "2768");
  CHECK(record.message == "warning: x, line 1");
  const Parts qmail = Read(kRfc5424);
  CHECK(qmail.tag == "qmail");
  CHECK(qmail.pid.empty());
  CHECK(qmail.message == "1795344084.467968 status: local 0/10 remote 0/20");
}

TEST_CASE("RFC 5424: nil fields, slashes, byte order marks, structured data with escapes") {
  const std::string head = "<22>1 2026-11-22T10:43:10Z vm postfix/smtpd 27 ID ";
  const auto message = [&head](std::string_view tail) { return Read(head + std::string(tail)).message; };
  CHECK(Read(head + "- x").tag == "postfix/smtpd");
  CHECK(message("- x") == "x");
  CHECK(message("-  x") == "x");
  CHECK(message("-   x") == " x");
  CHECK(message("- \xEF\xBB\xBFx") == "x");
  CHECK(message("-  \xEF\xBB\xBFx") == "x");
  CHECK(message("-") == "");
  CHECK(message("- ") == "");
  CHECK(message(R"([a@1 b="c"] x)") == "x");
  CHECK(message(R"([a@1 b="]"][d e="\"] \\"][f] x [y])") == "x [y]");
  CHECK(message(R"([a@1 b="unclosed\"] x)") == "");
  CHECK(message("garbage x") == "");
  const Parts nil = Read("<22>1 - - - - - - x");
  CHECK(nil.envelope == Envelope::kRfc5424);
  CHECK(nil.time_ns == kNoTime);
  CHECK(nil.host.empty());
  CHECK(nil.tag.empty());
  CHECK(nil.message == "x");
}

TEST_CASE("TAI64N: the vectors of the grammar") {
  const Parts record = Read("@4000000056e76b491c43c954 status: local 0/10 remote 0/20");
  CHECK(record.envelope == Envelope::kTai64n);
  CHECK(record.time_ns == 1'458'006'847'474'204'500);
  CHECK(record.message == "status: local 0/10 remote 0/20");
  CHECK(record.host.empty());
  CHECK(record.tag.empty());
  CHECK(Read(kTai64n).time_ns == At(10, 41, 23, 605'651'500));
  CHECK(Read("@400000006b02c6dd2419822c").message.empty());
  CHECK(Read("@400000006b02c6dd2419822c   x").message == "x");
}

TEST_CASE("TAI64N of s6-log is true TAI") {
  EnvelopeReader s6({.tai_offset_seconds = 37});
  CHECK(s6.Read("@400000006b02cb3b064ef361 end msg 1").time_ns / kSecond == 1'795'345'174);
}

TEST_CASE("a bad TAI64N stamp is none") {
  for (const std::string_view line : {
           "@400000006b02C6DD2419822c upper case",
           "@4000000056e76a0f short",
           "@400000006b02c6dd2419822 a digit short",
           "@400000006b02c6dd2419822c0 a digit long",
           "@400000006b02c6dd2419822g no digit",
           "@400000006b02c6ddffffffff nanoseconds beyond a second",
           "@300000006b02c6dd2419822c before 1970",
           "@ffffffffffffffff00000000 beyond the end of time",
           "@7fffffffffffffff3b9ac9ff far beyond the end of time",
           " @400000006b02c6dd2419822c a blank before",
       }) {
    CAPTURE(line);
    CHECK(Read(line).envelope == Envelope::kBare);
    CHECK(Read(line).message == line);
    CHECK(Read(line).time_ns == kNoTime);
  }
}

TEST_CASE("stamps of tai64nlocal and s6-log are local, of svlogd UTC") {
  EnvelopeReader tokyo = Reader("JST-9");
  const LogRecord record = tokyo.Read(kTai64nLocal);
  CHECK(record.envelope == Envelope::kLocalStamp);
  CHECK(record.time_ns == 1'458'006'847'474'204'500);
  CHECK(record.message == "status: local 0/80 remote 1/80");
  CHECK(record.host.empty());
  CHECK(tokyo.Read("2026-11-22 19:59:34.111979290  new msg 1").time_ns == At(10, 59, 34, 111'979'290));
  CHECK(tokyo.Read("2026-11-22 19:59:34.111979290  new msg 1").message == "new msg 1");
  CHECK(tokyo.Read("2026-11-22_10:59:18.39492 x").time_ns == At(10, 59, 18, 394'920'000));
  CHECK(tokyo.Read("2026-11-22T10:59:18.39975 new msg 1").time_ns == At(10, 59, 18, 399'750'000));
  CHECK(tokyo.Read("2026-11-22T10:59:18.39975 new msg 1").message == "new msg 1");
  CHECK(tokyo.Read("2026-11-22T10:59:18.39975 new msg 1").envelope == Envelope::kLocalStamp);
}

TEST_CASE("accustamp") {
  const Parts record = Read("1458006847.474204 end msg 9012312");
  CHECK(record.envelope == Envelope::kEpoch);
  CHECK(record.time_ns == 1'458'006'847'474'204'000);
  CHECK(record.message == "end msg 9012312");
  CHECK(Read("1458006847 end msg 9012312").envelope == Envelope::kBare);
  CHECK(Read("9999999999.5 beyond").envelope == Envelope::kBare);
  CHECK(Read("192.0.2.1 an address").envelope == Envelope::kBare);
}

TEST_CASE("a line without envelope is its message") {
  for (const std::string_view line :
       {"", " ", "status: local 0/10 remote 0/20", "<22", "<22>", "<2222>x: y", "<>x: y",
        "NOQUEUE: reject: x", "Nov", "Nov 22 10:43:11", "655E8AA429B: removed"}) {
    CAPTURE(line);
    const Parts record = Read(line);
    const bool stamp_alone = line == "Nov 22 10:43:11";
    CHECK(record.envelope == (stamp_alone ? Envelope::kSyslog : Envelope::kBare));
    CHECK(record.message == (stamp_alone ? "" : line));
  }
}

TEST_CASE("dates and times that do not exist are no stamps") {
  for (const std::string_view line :
       {"Nov 31 10:43:11 h t: m", "Nov  0 10:43:11 h t: m", "Nov 22 24:43:11 h t: m",
        "Nov 22 10:60:11 h t: m", "Nov 22 10:43:61 h t: m", "Now 22 10:43:11 h t: m",
        "nov 22 10:43:11 h t: m", "Nov 22 10.43.11 h t: m", "Nov 22 10:43:11: h t: m",
        "2026-02-29T10:43:11Z h t: m", "2026-13-01T10:43:11Z h t: m", "2026-00-01T10:43:11Z h t: m",
        "2026-11-22T10:43:11+25:00 h t: m", "2026-11-22T10:43:11Zh t: m", "2026-11-22t10:43:11Z h t: m",
        "1969-12-31T23:59:59Z h t: m", "2262-01-01T00:00:00Z h t: m", "2026-11-22 10:43:11Z h t: m",
        "2026/11/22 10:43:11 x"}) {
    CAPTURE(line);
    CHECK(Read(line).envelope == Envelope::kBare);
  }
}

TEST_CASE("a carriage return ends a line of its own") {
  for (const std::string_view line : kSamples) {
    CAPTURE(line);
    CHECK(Read(std::string(line) + '\r') == Read(line));
  }
  EnvelopeReader reader = Reader();
  CHECK(reader.Read("Nov 22 10:43:11 h t: m\r").line == "Nov 22 10:43:11 h t: m\r");
}

TEST_CASE("NUL and bytes that are no UTF-8 go through") {
  const std::string line("Nov 22 10:43:11 h t: a\0b\xFF\xC3(", 27);
  CHECK(Read(line).message == std::string("a\0b\xFF\xC3(", 6));
}

TEST_CASE("words too long for a host or a tag are text") {
  const std::string word(256, 'w');
  const Parts record = Read("Nov 22 10:43:11 " + word + " t: m");
  CHECK(record.host.empty());
  CHECK(record.message == word + " t: m");
  CHECK(Read("Nov 22 10:43:11 h " + word + ": m").tag.empty());
  CHECK(Read("<22>1 2026-11-22T10:43:10Z " + word + " app - - - m").host.empty());
}

TEST_CASE("a stamp in the message is the message's") {
  const Parts record =
      Read("Nov 22 10:41:23 mx1 qmail: 1795344083.606115 Nov 23 00:00:00 h postfix/smtp[1]: x");
  CHECK(record.tag == "qmail");
  CHECK(record.time_ns == At(10, 41, 23));
  CHECK(record.message == "1795344083.606115 Nov 23 00:00:00 h postfix/smtp[1]: x");
  CHECK(Read("@400000006b02c6dd2419822c @400000006b02c6dd2419822c x").message ==
        "@400000006b02c6dd2419822c x");
}

// Cut anywhere, a line gives views into itself, and fields that were complete stay what they were.
TEST_CASE("lines cut at every byte") {
  for (const std::string_view line : kSamples) {
    const Parts whole = Read(line);
    for (size_t size = 0; size <= line.size(); ++size) {
      const std::string_view cut = line.substr(0, size);
      CAPTURE(cut);
      EnvelopeReader reader = Reader();
      const LogRecord record = reader.Read(cut);
      for (const std::string_view field : {record.host, record.tag, record.pid, record.message}) {
        if (field.empty()) continue;
        CHECK(field.data() >= cut.data());
        CHECK(field.data() + field.size() <= cut.data() + cut.size());
      }
      if (!record.message.empty() && record.envelope == whole.envelope && record.tag == whole.tag) {
        CHECK(record.time_ns == whole.time_ns);
        CHECK(record.host == whole.host);
        CHECK(record.pid == whole.pid);
      }
    }
  }
}

TEST_CASE("rsyslog's repeated message is the message, so many times") {
  const Parts record = Read(kRepeated);
  CHECK(record.repeat == 4);
  CHECK(record.tag == "postfix/smtpd");
  CHECK(record.message == "NOQUEUE: reject: MAIL from c[127.0.0.21]: x");
  const std::string head = "Nov 22 11:00:58 vm postfix/smtpd[1175]: message repeated ";
  CHECK(Read(head + "2 times: [ ends in a bracket [x]]").message == "ends in a bracket [x]");
  CHECK(Read(head + "2 times: [no blank]").message == "no blank");
  CHECK(Read(head + "2 times: [ cut off [x").message == "cut off [x");
  CHECK(Read(head + "2 times: [ cut off [x").repeat == 2);
  for (const std::string_view tail :
       {"0 times: [ x]", "times: [ x]", "-1 times: [ x]", "4294967296 times: [ x]",
        "99999999999999999999 times: [ x]", "2 times", "2 times: x"}) {
    CAPTURE(tail);
    CHECK(Read(head + std::string(tail)).repeat == 1);
    CHECK(Read(head + std::string(tail)).message == "message repeated " + std::string(tail));
  }
  CHECK(Read("<22>1 2026-11-22T10:43:10Z vm postfix 1 - -  message repeated 3 times: [ x]").repeat == 3);
  CHECK(Read("message repeated 3 times: [ x]").repeat == 1);
}

TEST_CASE("syslogd's repeated line is the record before it") {
  EnvelopeReader reader = Reader();
  reader.Read(kPostfix);
  for (const uint32_t times : {2U, 37U}) {
    const std::string line = "Nov 22 10:44:00 vm last message repeated " + std::to_string(times) + " times";
    const LogRecord record = reader.Read(line);
    CHECK(record.repeat == times);
    CHECK(record.time_ns == At(10, 44, 0));
    CHECK(record.host == "vm");
    CHECK(record.tag == "postfix/smtp");
    CHECK(record.pid == "2771");
    CHECK(record.message == kPostfix.substr(kPostfix.find("655E8")));
    CHECK(record.line == line);
  }
}

TEST_CASE("syslogd's repeated line under a tag") {
  EnvelopeReader reader = Reader();
  reader.Read(kPostfix);
  CHECK(reader.Read("Nov 22 10:44:00 vm syslogd: last message repeated 3 times").tag == "postfix/smtp");
  CHECK(reader.Read("Nov 22 10:44:00 vm postfix/smtp[2771]: last message repeated 3 times").repeat == 3);
  CHECK(reader.Read("Nov 22 10:44:00 vm cron[5]: last message repeated 3 times").repeat == 0);
  CHECK(reader.Read("Nov 22 10:44:00 vm mail:info last message repeated 3 times").repeat == 3);
  CHECK(reader.Read("<22>1 2026-11-22T10:44:00Z vm syslogd - - - last message repeated 3 times").tag ==
        "postfix/smtp");
}

TEST_CASE("syslogd's repeated line after a record without host and tag") {
  EnvelopeReader reader = Reader();
  reader.Read("<22>1 - - - 27 - - x");
  const LogRecord record = reader.Read("<22>1 - - syslogd - - - last message repeated 3 times");
  CHECK(record.pid == "27");
  CHECK(record.message == "x");
}

TEST_CASE("a repetition of what was not seen stands for nothing") {
  EnvelopeReader reader = Reader();
  const LogRecord record = reader.Read("Nov 22 10:44:00 vm last message repeated 3 times");
  CHECK(record.repeat == 0);
  CHECK(record.message == "last message repeated 3 times");
  CHECK(reader.Read("Nov 22 10:44:00 vm t: last message repeated 3 times, or more").repeat == 1);
}

TEST_CASE("repetitions go by host, for the hosts seen last") {
  EnvelopeReader reader = Reader();
  const auto line = [](size_t host, const std::string& rest) {
    return "Nov 22 10:44:00 mx" + std::to_string(host) + " " + rest;
  };
  const auto message_of = [&](size_t host) {
    return std::string(reader.Read(line(host, "last message repeated 2 times")).message);
  };
  for (size_t host = 0; host < mta::RepeatMemory::kHosts; ++host) {
    reader.Read(line(host, "a[1]: of " + std::to_string(host)));
  }
  for (size_t host = 0; host < mta::RepeatMemory::kHosts; ++host) {
    CHECK(message_of(host) == "of " + std::to_string(host));
  }
  reader.Read(line(99, "a[1]: one host more"));
  CHECK(message_of(99) == "one host more");
  CHECK(message_of(0) == "last message repeated 2 times");
  CHECK(message_of(1) == "of 1");
}

TEST_CASE("a record too long to keep is not mistaken for the one before it") {
  EnvelopeReader reader = Reader();
  reader.Read(kPostfix);
  reader.Read("Nov 22 10:44:00 vm a[1]: " + std::string(mta::RepeatMemory::kMaxBytes, 'x'));
  CHECK(reader.Read("Nov 22 10:44:00 vm last message repeated 3 times").repeat == 0);
  reader.Read("Nov 22 10:44:00 vm a[1]: b");
  CHECK(reader.Read("Nov 22 10:44:00 vm last message repeated 3 times").message == "b");
  reader.Read("Nov 22 10:44:00 vm a[1]:");
  CHECK(reader.Read("Nov 22 10:44:00 vm last message repeated 3 times").repeat == 0);
}

TEST_CASE("stamps without year have no time until a year is known") {
  setenv("TZ", "UTC", 1);
  EnvelopeReader reader;
  CHECK(reader.Read(kPostfix).time_ns == kNoTime);
  CHECK(reader.Read(kPostfix).tag == "postfix/smtp");
  reader.SetReference(At(10, 43, 12));
  CHECK(reader.Read(kPostfix).time_ns == At(10, 43, 11));
}

TEST_CASE("New Year in the middle of a log") {
  EnvelopeReader reader = Reader();
  const int64_t new_year = 1'798'761'600 * kSecond;  // 2027-01-01 00:00:00 UTC
  CHECK(reader.Read("Dec 31 23:59:59 h t: m").time_ns == new_year - kSecond);
  CHECK(reader.Read("Jan  1 00:00:00 h t: m").time_ns == new_year);
  CHECK(reader.Read("Dec 31 23:59:59 h t: m").time_ns == new_year - kSecond);
  CHECK(reader.Read("Jan  1 00:00:01 h t: m").time_ns == new_year + kSecond);
}

TEST_CASE("a line that is no stamp after all does not move the year") {
  EnvelopeReader reader = Reader();
  reader.Read("Dec 31 23:59:59 h t: m");
  reader.Read("Jan  1 00:00:xx h t: m");
  reader.Read("Jan  1 00:00:00: h t: m");
  CHECK(reader.Read("Dec 15 00:00:00 h t: m").time_ns == 1'797'292'800 * kSecond);  // still 2026
}

TEST_CASE("the hour that occurs twice") {
  EnvelopeReader reader = Reader("CET-1CEST,M3.5.0,M10.5.0/3");
  const int64_t two_summer = 1'792'886'400 * kSecond;  // 2026-10-25 00:00 UTC = 02:00 CEST
  CHECK(reader.Read("Oct 25 02:59:59 h t: m").time_ns == two_summer + 3599 * kSecond);
  CHECK(reader.Read("Oct 25 02:00:00 h t: m").time_ns == two_summer + 3600 * kSecond);
  CHECK(reader.Read("Oct 25 02:59:59 h t: m").time_ns == two_summer + 3599 * kSecond);  // a second late
  CHECK(reader.Read("Oct 25 02:30:00 h t: m").time_ns == two_summer + 5400 * kSecond);
  CHECK(reader.Read("Oct 25 03:00:00 h t: m").time_ns == two_summer + 7200 * kSecond);
}

TEST_CASE("a second that was just read is known by nothing less than its whole text") {
  EnvelopeReader reader = Reader();
  const auto time = [&](std::string_view line) { return reader.Read(line).time_ns; };
  CHECK(time("Nov 22 10:43:11 h t: m") == At(10, 43, 11));
  CHECK(time("Nov 22 10:43:11 h t: m") == At(10, 43, 11));
  CHECK(time("Nov 22 10:43:11.5 h t: m") == At(10, 43, 11, 500'000'000));
  CHECK(time("Nov 22 10:43:11") == At(10, 43, 11));
  CHECK(time("Nov 22 10:43:11h t: m") == kNoTime);
  CHECK(time("Nov 22 10:43:12 h t: m") == At(10, 43, 12));
  CHECK(time("Nov 22 10:43:1") == kNoTime);
  CHECK(time("Nov 22 11:43:12 h t: m") == At(11, 43, 12));
  CHECK(time("Nov  2 11:43:12 h t: m") == At(11, 43, 12) - 20 * 86'400 * kSecond);
  CHECK(time("Nov 2 11:43:12 h t: m") == At(11, 43, 12) - 20 * 86'400 * kSecond);
  CHECK(time("Nov 2 11:43:12 h t: m") == At(11, 43, 12) - 20 * 86'400 * kSecond);
  reader.SetYear(2027);
  CHECK(time("Nov 2 11:43:12 h t: m") == At(11, 43, 12) + (365 - 20) * 86'400 * kSecond);

  CHECK(time("@400000006b02c6dd2419822c m") == 1'795'344'083'605'651'500);
  CHECK(time("@400000006b02c6dd00000000 m") == 1'795'344'083 * kSecond);
  CHECK(time("@400000006b02c6de00000000 m") == 1'795'344'084 * kSecond);
  CHECK(time("@400000006b02c6de3b9aca00 m") == kNoTime);  // a whole second is no fraction
  CHECK(time("@400000006b02c6de0000000x m") == kNoTime);
  CHECK(time("@400000006b02c6dx00000000 m") == kNoTime);
  CHECK(time("@400000006b02c6de00000001 m") == 1'795'344'084 * kSecond + 1);
}

TEST_CASE("a reader goes on where it was saved") {
  const std::vector<std::string> lines = {"Dec 31 23:59:58 vm a[1]: x",
                                          "Dec 31 23:59:59 other b[2]: y",
                                          "Jan  1 00:00:00 vm last message repeated 3 times",
                                          "Jan  1 00:00:01 vm c: z",
                                          "Jan  1 00:00:02 other last message repeated 2 times",
                                          "@400000006b02c6dd2419822c x"};
  EnvelopeReader straight = Reader();
  EnvelopeReader stopping = Reader();
  for (const std::string& line : lines) {
    CAPTURE(line);
    ByteWriter out;
    stopping.Save(out);
    EnvelopeReader restored;
    ByteReader in(out.bytes());
    REQUIRE(restored.Restore(in));
    CHECK(in.done());
    CHECK(Parts(restored.Read(line)) == Parts(straight.Read(line)));
    stopping.Read(line);
  }
}

TEST_CASE("saved state that is cut or damaged is refused, and leaves a new reader") {
  EnvelopeReader reader = Reader();
  reader.Read(kPostfix);
  ByteWriter out;
  reader.Save(out);
  for (size_t size = 0; size < out.bytes().size(); ++size) {
    EnvelopeReader other = Reader();
    ByteReader in(std::string_view(out.bytes()).substr(0, size));
    CHECK_FALSE(other.Restore(in));
    CHECK(other.Read(kPostfix).time_ns == kNoTime);
  }
  for (size_t at = 0; at < out.bytes().size(); ++at) {
    std::string damaged = out.bytes();
    damaged[at] = static_cast<char>(~damaged[at]);
    EnvelopeReader other;
    ByteReader in(damaged);
    other.Restore(in);
    other.Read("Nov 22 10:44:00 vm last message repeated 3 times");
  }
}
