// Real lines of every envelope, and what a reader must make of them.
#include "exporter/record/reader.h"

#include <string>

#include "catch.h"

using mta::Envelope;
using mta::EnvelopeReader;
using mta::kNoTime;
using mta::LogRecord;

namespace {

// 2026-11-22 00:00:00 UTC
constexpr int64_t kNov22 = 1795305600LL * 1'000'000'000;

constexpr int64_t At(int hour, int minute, int second, int64_t nanoseconds = 0) {
  return kNov22 + (hour * 3600 + minute * 60 + second) * 1'000'000'000LL + nanoseconds;
}

EnvelopeReader ReaderOf2026() {
  setenv("TZ", "UTC", 1);
  EnvelopeReader reader;
  reader.SetYear(2026);
  return reader;
}

}  // namespace

TEST_CASE("RFC 3164, day padded") {
  auto reader = ReaderOf2026();
  const std::string line =
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

TEST_CASE("RFC 3164, day without padding") {
  auto reader = ReaderOf2026();
  const LogRecord record =
      reader.Read("Jul 5 17:52:51 mfgw1 postfix/smtps/smtpd[3362]: 07BC615C032: client=h[192.168.201.35]");
  CHECK(record.time_ns == 1783273971LL * 1'000'000'000);
  CHECK(record.tag == "postfix/smtps/smtpd");
  CHECK(reader.Read("Jul  5 17:52:51 h t: m").time_ns == record.time_ns);
  CHECK(reader.Read("Jul 05 17:52:51 h t: m").time_ns == record.time_ns);
}

TEST_CASE("RFC 3339") {
  auto reader = ReaderOf2026();
  const LogRecord record =
      reader.Read("2026-11-22T10:43:10.472885+00:00 vm postfix/smtpd[2768]: warning: x, line 1");
  CHECK(record.envelope == Envelope::kSyslog);
  CHECK(record.time_ns == At(10, 43, 10, 472'885'000));
  CHECK(record.host == "vm");
  CHECK(record.tag == "postfix/smtpd");
  CHECK(record.message == "warning: x, line 1");
}

TEST_CASE("RFC 5424") {
  auto reader = ReaderOf2026();
  const LogRecord record =
      reader.Read("<20>1 2026-11-22T10:43:10.472885+00:00 vm postfix 2768 - -  warning: x, line 1");
  CHECK(record.envelope == Envelope::kRfc5424);
  CHECK(record.time_ns == At(10, 43, 10, 472'885'000));
  CHECK(record.host == "vm");
  CHECK(record.tag == "postfix");
  CHECK(record.pid == "2768");
  CHECK(record.message == "warning: x, line 1");
}

TEST_CASE("TAI64N, vectors of the grammar") {
  auto reader = ReaderOf2026();
  LogRecord record = reader.Read("@4000000056e76b491c43c954 status: local 0/10 remote 0/20");
  CHECK(record.envelope == Envelope::kTai64n);
  CHECK(record.time_ns == 1458006847474204500);
  CHECK(record.message == "status: local 0/10 remote 0/20");
  record = reader.Read("@400000006b02c6dd2419822c end msg 1");
  CHECK(record.time_ns == At(10, 41, 23, 605'651'500));
  EnvelopeReader s6({.tai_offset_seconds = 37});
  CHECK(s6.Read("@400000006b02cb3b064ef361 end msg 1").time_ns / 1'000'000'000 == 1795345174);
}

TEST_CASE("local stamps") {
  auto reader = ReaderOf2026();
  setenv("TZ", "JST-9", 1);
  EnvelopeReader tokyo;
  const LogRecord record = tokyo.Read("2016-03-15 10:54:07.474204500 status: local 0/80 remote 1/80");
  CHECK(record.envelope == Envelope::kLocalStamp);
  CHECK(record.time_ns == 1458006847474204500);
  CHECK(record.message == "status: local 0/80 remote 1/80");
  CHECK(record.host.empty());
  CHECK(tokyo.Read("2026-11-22_10:59:18.39492 x").time_ns == At(10, 59, 18, 394'920'000));
  CHECK(tokyo.Read("2026-11-22T10:59:18.39975 x").time_ns == At(10, 59, 18, 399'750'000));
  CHECK(reader.Read("2026-11-22 10:59:34.111979290  new msg 1").message == "new msg 1");
}

TEST_CASE("a repeated message") {
  auto reader = ReaderOf2026();
  const LogRecord record = reader.Read(
      "Nov 22 11:00:58 vm postfix/smtpd[1175]: message repeated 4 times: [ NOQUEUE: reject: c[127.0.0.21]]");
  CHECK(record.repeat == 4);
  CHECK(record.message == "NOQUEUE: reject: c[127.0.0.21]");
  const LogRecord again = reader.Read("Nov 22 11:01:00 vm last message repeated 3 times");
  CHECK(again.repeat == 3);
  CHECK(again.tag == "postfix/smtpd");
  CHECK(again.pid == "1175");
  CHECK(again.message == "NOQUEUE: reject: c[127.0.0.21]");
  CHECK(again.time_ns == At(11, 1, 0));
  CHECK(reader.Read("Nov 22 11:01:00 other last message repeated 3 times").repeat == 0);
}
