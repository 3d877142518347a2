#include "exporter/app/console/redaction.h"

#include "catch.h"

namespace mta {
namespace {

TEST_CASE("the same person has the same mask wherever it stands, and the domain stays") {
  Redaction redaction(true);
  CHECK(redaction.Address("bob@example.com") == "user1@example.com");
  CHECK(redaction.Text("550 <Bob@example.com>: no, ask carol@example.net") ==
        "550 <user1@example.com>: no, ask user2@example.net");
  CHECK(redaction.Address("BOB@EXAMPLE.COM") == "user1@EXAMPLE.COM");
  CHECK(redaction.Name("root") == "user3");
  CHECK(redaction.Address("root") == "user3");
  CHECK(redaction.Address("").empty());
}

TEST_CASE("in free text: behind keys, quoted, in UTF-8, and several of them") {
  Redaction redaction(true);
  CHECK(redaction.Text("to=<bob@b.example>, orig_to=<carol@b.example>, relay=mx[192.0.2.1]:25") ==
        "to=<user1@b.example>, orig_to=<user2@b.example>, relay=mx[192.0.2.1]:25");
  CHECK(redaction.Text("from=bob@b.example to=carol@b.example") == "from=user1@b.example to=user2@b.example");
  CHECK(redaction.Text("<\"a b\"@h.example>").find("a b") == std::string::npos);
  CHECK(redaction.Text("j\xc3\xbcrgen@h.example").find("rgen") == std::string::npos);
  CHECK(redaction.Text("a@b@h.example").find("a@b") == std::string::npos);
}

TEST_CASE("logins have no domain, so they are known by their key") {
  Redaction redaction(true);
  CHECK(redaction.Text("client=pc[192.0.2.7], sasl_method=PLAIN, sasl_username=anna") ==
        "client=pc[192.0.2.7], sasl_method=PLAIN, sasl_username=user1");
  CHECK(redaction.Text("sasl_username=") == "sasl_username=");
  CHECK(redaction.Text("ctladdr=anna (1000/1000), authid=anna, ctladdr=<bob@b.example> (8/8)") ==
        "ctladdr=user1 (1000/1000), authid=user1, ctladdr=<user2@b.example> (8/8)");
}

TEST_CASE("a person is known by the local part alone, once named") {
  Redaction redaction(true);
  CHECK(redaction.Address("bob.jones@b.example") == "user1@b.example");
  CHECK(redaction.Address("carol") == "user2");
  CHECK(redaction.Text("550 Bob.Jones: no such user; mailbox /var/mail/carol of carol.") ==
        "550 user1: no such user; mailbox /var/mail/user2 of user2.");
  CHECK(redaction.Text("http://x.example/?u=bob.jones") == "http://x.example/?u=user1");
  CHECK(redaction.Text("carolina, bobby.jonesson") == "carolina, bobby.jonesson");
  redaction.Address("in@b.example");
  CHECK(redaction.Text("to=<in>, in the queue") == "to=<user3>, in the queue");
}

TEST_CASE("a sender that holds a recipient, and an address in a link, are masked whole") {
  Redaction redaction(true);
  CHECK(redaction.Text("from=<bounce+bob=b.example@list.example>, size=1") ==
        "from=<user1@list.example>, size=1");
  CHECK(redaction.Text("bob=b.example@list.example") == "user2@list.example");
  CHECK(redaction.Text("from=bounce+bob=b.example@list.example") == "from=user1@list.example");
  CHECK(redaction.Text("SRS0=x/y=7a=b.example=bob@f.example") == "user3@f.example");
  CHECK(redaction.Text("see http://x.example/?u=bob%40b.example").find("bob") == std::string::npos);
}

TEST_CASE("a client that was named is masked in text, and this host is none") {
  Redaction redaction(true);
  CHECK(redaction.ClientName("pc17.example.org") == "x.example.org");
  CHECK(redaction.Client("192.0.2.44") == "192.0.2.x");
  CHECK(redaction.Client("2001:db8::7") == "2001:db8::x");
  CHECK(redaction.Text("client=pc17.example.org[192.0.2.44]: 192.0.2.4, 2001:db8::7") ==
        "client=x.example.org[192.0.2.x]: 192.0.2.4, 2001:db8::x");
  CHECK(redaction.Client("127.0.0.1") == "127.0.0.1");
  CHECK(redaction.ClientName("anna@localhost") == "user1@localhost");
}

TEST_CASE("of a client its network and its domain stay") {
  Redaction redaction(true);
  CHECK(redaction.Client("192.0.2.7") == "192.0.2.x");
  CHECK(redaction.Client("2001:db8::7") == "2001:db8::x");
  CHECK(redaction.ClientName("pc17.example.org") == "x.example.org");
  CHECK(redaction.ClientName("unknown") == "unknown");
}

TEST_CASE("text without persons, and marks at its ends, stay what they are") {
  Redaction redaction(true);
  for (const char* text : {"", "@", "@example.com", "250 2.0.0 Ok: queued as 4F1A2B3C4D", "\"@", "a@"})
    CHECK(redaction.Text(text).size() >= std::string_view(text).size());
  CHECK(redaction.Text("250 2.0.0 Ok: queued as 4F1A2B3C4D") == "250 2.0.0 Ok: queued as 4F1A2B3C4D");
}

TEST_CASE("switched off it changes nothing") {
  Redaction redaction(false);
  CHECK(redaction.Address("bob@example.com") == "bob@example.com");
  CHECK(redaction.Text("sasl_username=anna") == "sasl_username=anna");
  CHECK(redaction.Client("192.0.2.7") == "192.0.2.7");
  CHECK(redaction.ClientName("pc.example.org") == "pc.example.org");
}

}  // namespace
}  // namespace mta
