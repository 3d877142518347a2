#include "collectors/qmail/report.h"

#include "catch.h"

namespace mta::qmail {
namespace {

TEST_CASE("qmail: the enhanced code is the remote host's, else the last of qmail's own") {
  CHECK(EnhancedStatusOf("192.0.2.1 accepted message./Remote host said: 250 2.0.0 ok/") == "2.0.0");
  CHECK(EnhancedStatusOf("192.0.2.1 accepted message./Remote host said: 250-2.6.0 a/250 2.0.0 ok/") ==
        "2.6.0");
  CHECK(EnhancedStatusOf("x./Remote host said: 550 5.7.26: no/Giving up on 192.0.2.1./") == "5.7.26");
  CHECK(EnhancedStatusOf("x./Remote host said: 550 no such user (#5.1.1)/") == "5.1.1");
  CHECK(EnhancedStatusOf("program output (#4.3.0)/then the end (#5.2.1)/") == "5.2.1");
  CHECK(EnhancedStatusOf("(#5.2.1)/then (#bad) and (#5.7.1 - chkuser)/") == "5.2.1");
  CHECK(EnhancedStatusOf("(#4.4.1)") == "4.4.1");
}

TEST_CASE("qmail: what only looks like an enhanced code is none") {
  for (const char* report : {"", "Remote host said: ", "Remote host said: 550", "Remote host said: 550 ",
                             "Remote host said: 25", "x./Remote host said: 554 5.1.2.3 blocked/",
                             "x./Remote host said: 554 1.2.3 x/", "x./Remote host said: 554 5.1234.1/",
                             "x./Remote host said: hello 5.1.1/", "(#", "(#5.1", "(#5.1.1", "did 0+0+1/"}) {
    INFO(report);
    CHECK(EnhancedStatusOf(report).empty());
  }
}

TEST_CASE("qmail: the remote address stands in qmail's own words") {
  CHECK(RelayOf("192.0.2.1 accepted message./Remote host said: 250 ok 10.0.0.1/") == "192.0.2.1");
  CHECK(RelayOf("2001:db8::1 accepted message./Remote host said: 250 ok/") == "2001:db8::1");
  CHECK(RelayOf("Connected to 192.0.2.1 but greeting failed./Remote host said: 554 no/") == "192.0.2.1");
  CHECK(RelayOf("Connected to192.0.2.1 but connection died. (#4.4.2)/") == "192.0.2.1");  // aQmail
  CHECK(RelayOf("<From:a@b To:c@d> 192.0.2.1 does not like recipient./Remote host said: 550 no/") ==
        "192.0.2.1");
  CHECK(RelayOf("User and password not set, continuing without authentication./<u@d> 192.0.2.1 accepted "
                "message./Remote host said: 250 ok/") == "192.0.2.1");
  CHECK(RelayOf("something./Remote host said: 550 no/Giving up on 192.0.2.1./") == "192.0.2.1");
  CHECK(RelayOf("Sorry, I couldn't find any host named 192.0.2.1. (#5.1.2)/").empty());
  CHECK(RelayOf("x./Remote host said: 250 10.0.0.1 accepted message./").empty());
  CHECK(RelayOf("did 1+0+0/").empty());
  CHECK(RelayOf("").empty());
}

TEST_CASE("qmail: a message expired where qmail-send says so itself") {
  const std::string line = "I'm not going to try again; this message has been in the queue too long./";
  CHECK(SaysExpired("Sorry, I wasn't able to establish an SMTP connection. (#4.4.1)/" + line));
  CHECK(SaysExpired("x does not like recipient./Remote host said: 450 later/Giving up on x./" + line));
  CHECK(SaysExpired("Connected to x but greeting failed./Remote host said: 554 no/" + line));
  CHECK(SaysExpired("Connected to x but my name was rejected./Remote host said: 501 no/" + line));
  CHECK_FALSE(SaysExpired("x failed after I sent the message./Remote host said: 554 no/" + line));
  CHECK_FALSE(SaysExpired("x./Remote host said: 554 " + line + "Giving up on x./"));
  CHECK_FALSE(SaysExpired(""));
}

}  // namespace
}  // namespace mta::qmail
