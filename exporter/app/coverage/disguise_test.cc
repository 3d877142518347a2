#include "exporter/app/coverage/disguise.h"

#include "catch.h"

namespace mta {
namespace {

std::string Of(std::string_view text) {
  return Disguise().Of(text);
}

TEST_CASE("whoever and whatever is named in a line is masked, the words around it stay") {
  CHECK(Of("frobnicated <bob@x.example> from pc17.example.org[192.0.2.7] after DATA (3 bytes)") ==
        "frobnicated <user1> from host1[host2] after DATA (3 bytes)");
  CHECK(Of("client=mailhub[IPv6:2001:db8::17], relay=mx.example.net.:25, delay=0.25, dsn=5.7.1") ==
        "client=host1[host2], relay=host3, delay=0.25, dsn=5.7.1");
  CHECK(Of("unknown[10.0.0.1]: 10.0.0.0/8 2001:db8::/32 mailhub:25 at 10:41:23") ==
        "unknown[host1]: host2 host3 host4 at 10:41:23");
  CHECK(Of("4F1A2B3C4D5: to=bob, orig_to=root, uid=1000, status=sent") ==
        "4F1A2B3C4D5: to=user1, orig_to=user2, uid=user3, status=sent");
}

TEST_CASE("addresses in every disguise they have themselves") {
  for (const char* text :
       {"bob@example.com", "bounces+bob=example.com@list.example", "bob=example.com@list.example",
        "SRS0=HHH=TT=example.com=bob@list.example", "bob%example.com", "example!bob", "o'bob@example.com",
        "~bob", "to=\"bob smith\"@example.com", "<bob>", "from=<bob smith@example>", "mailto:bob@example.com",
        "user bob", "USER: bob", "login=bob,", "HELO bob",
        "b\xc3\xb6"
        "bob"}) {
    INFO(text);
    CHECK(Of(text).find("bob") == std::string::npos);
  }
}

TEST_CASE("secrets") {
  for (const char* text :
       {"password=hunter", "password: hunter", "Password hunter", "pass hunter)", "AUTH PLAIN hunter",
        "Authorization: Bearer hunter", "token=hunter;", "Subject: about hunter from here", "\"hunter\"",
        "/home/hunter/Maildir", "file:/home/hunter/x", "/var/mail/hunter",
        "hunter+0123456789/abc=", "hunterhunterhunterhunterhunterhunter"}) {
    INFO(text);
    CHECK(Of(text).find("hunter") == std::string::npos);
  }
}

TEST_CASE("the same word has the same mask, with a sign before it or without") {
  Disguise disguise;
  CHECK(disguise.Of("<Bob@x.example> is not <bob@X.example>? <eve@x.example>") ==
        "<user1> is not <user1>? <user2>");
  CHECK(disguise.Of("relay=mailhub") == "relay=host1");
  CHECK(disguise.Of("mailhub went away") == "host1 went away");
}

TEST_CASE("what is nobody's stays: stamps, queue ids, codes, folders, signs") {
  for (const char* text :
       {"@4000000065a1b2c3d4e5f607 status: local 0/10 remote 1/20", "4bXJzV3fQ1z2R7p: removed",
        "6AMAo66G025001: 2.0.0 250 Ok", "open active 4F1A2B3C4D: No such file", "<> to=<>, from=<>",
        "/etc/*: not found", "()[]{}<\"", "* <*> \"*\" to=*", "a = b", ""}) {
    CHECK(Of(text) == text);
  }
}

}  // namespace
}  // namespace mta
