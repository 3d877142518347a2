#include "exporter/queue/showq_parser.h"

#include <stdlib.h>

#include "catch.h"
#include "exporter/queue/test_spool.h"

namespace mta {
namespace {

constexpr int64_t kNow = 1'700'000'000;  // Tue Nov 14 22:13:20 2023 UTC

const QueueFigures& Of(const ShowqParser& parser, std::string_view queue) {
  for (const QueueFigures& figures : parser.figures()) {
    if (figures.queue == queue) return figures;
  }
  FAIL("no queue " << queue);
  return parser.figures()[0];
}

ShowqParser Parse(std::string_view bytes) {
  ::setenv("TZ", "UTC", 1);
  ShowqParser parser(kNow);
  CHECK(parser.Feed(bytes));
  CHECK(parser.complete());
  return parser;
}

TEST_CASE("attributes: Postfix 3 with its greeting and without") {
  for (const std::string& head : {ShowqHead(), std::string()}) {
    const ShowqParser parser =
        Parse(head + ShowqRecord("deferred", 238, 1'600'000'000) + ShowqRecord("hold", 278, 1'650'000'000) +
              ShowqRecord("deferred", 100, 1'500'000'000) + std::string(1, '\0'));
    CHECK(Of(parser, "deferred").messages == 2);
    CHECK(Of(parser, "deferred").bytes == 338);
    CHECK(Of(parser, "deferred").oldest_seconds == 1'500'000'000);
    CHECK(Of(parser, "hold").messages == 1);
    CHECK(Of(parser, "active").messages == 0);
    CHECK(!Of(parser, "active").oldest_seconds);
  }
}

TEST_CASE("attributes: an empty queue is complete, a list that breaks off is not") {
  Parse(ShowqHead() + std::string(1, '\0'));
  ShowqParser parser(kNow);
  CHECK(parser.Feed(ShowqHead() + ShowqRecord("deferred", 238, 1'600'000'000)));
  CHECK(!parser.complete());
}

TEST_CASE("attributes: a sender or a reason is not a field, whatever it says") {
  std::string record = "queue_name";
  for (const std::string& field :
       {std::string("deferred"), std::string("time"), std::string("5"), std::string("size"), std::string("7"),
        std::string("sender"), std::string("queue_name"), std::string("reason"), std::string(100'000, 'x'),
        std::string("reason"), std::string("size"), std::string()}) {
    record.push_back('\0');
    record += field;
  }
  record.push_back('\0');
  const ShowqParser parser = Parse(ShowqHead() + record + std::string(1, '\0'));
  CHECK(Of(parser, "deferred").messages == 1);
  CHECK(Of(parser, "deferred").bytes == 7);
}

TEST_CASE("what showq would not say is not believed") {
  const std::string end(1, '\0');
  for (const std::string& bytes :
       {ShowqHead() + ShowqRecord("attic", 1, 1) + end, std::string("HTTP/1.0 400 Bad Request\n"),
        std::string(5000, 'x'), ShowqHead() + end + "more",
        ShowqHead() + std::string("queue_name\0hold\0size\0many\0\0", 28) + end}) {
    ShowqParser parser(kNow);
    CHECK(!(parser.Feed(bytes) && parser.complete()));
  }
}

constexpr std::string_view kText =
    "-Queue ID-  --Size-- ----Arrival Time---- -Sender/Recipient-------\n"
    "0A7A8151A*     5156 Tue Nov 14 13:13:54  a@example.org\n"
    "                                         u1@example.com\n"
    "\n"
    "3D347A92414     238 Mon Dec 25 01:02:03  \"(maildrop queue, sender UID 0)\"@example.org\n"
    "(a reason that is so long that there is no room to put any blanks in front of it, as mailq does)\n"
    "                                         u2@example.com\n"
    "\n"
    "483E1A92D48!     278 Fri Nov  3 20:28:13  MAILER-DAEMON\n"
    "                                                          (deferred transport)\n"
    "                                         u4@example.com\n"
    "\n"
    "583E1A92D48      12 Fri Nov  3 20:28:14  (maildrop queue, sender UID 1000)\n"
    "\n"
    "-- 5 Kbytes in 4 Requests.\n";

TEST_CASE("text: Postfix 2, the marks behind the id and the years that are not there") {
  const ShowqParser parser = Parse(kText);
  CHECK(Of(parser, "active").messages == 1);
  CHECK(Of(parser, "active").bytes == 5156);
  CHECK(Of(parser, "active").oldest_seconds == kNow - 32'366);
  CHECK(Of(parser, "deferred").messages == 1);
  CHECK(Of(parser, "deferred").oldest_seconds == 1'671'930'123);  // the year before: December is to come
  CHECK(Of(parser, "hold").messages == 1);
  CHECK(Of(parser, "hold").oldest_seconds == 1'699'043'293);
  CHECK(Of(parser, "maildrop").messages == 1);
}

TEST_CASE("text: before the active ones and without a reason it is incoming, behind them deferred") {
  const std::string plain = "BB7A8151A       10 Tue Nov 14 13:13:54  a@example.org\n\n";
  const std::string active = "AA7A8151A*      10 Tue Nov 14 13:13:54  a@example.org\n\n";
  const ShowqParser parser = Parse(plain + active + plain + plain + "-- 0 Kbytes in 4 Requests.\n");
  CHECK(Of(parser, "incoming").messages == 1);
  CHECK(Of(parser, "active").messages == 1);
  CHECK(Of(parser, "deferred").messages == 2);
}

TEST_CASE("text: an empty queue is complete, one that breaks off is not") {
  Parse("Mail queue is empty\n");
  ShowqParser parser(kNow);
  CHECK(parser.Feed(kText.substr(0, kText.rfind("--"))));
  CHECK(!parser.complete());
}

TEST_CASE("in pieces of any size the answer is the same") {
  const std::string attributes = ShowqHead() + ShowqRecord("active", 5, 1'600'000'000) + std::string(1, '\0');
  for (const std::string& bytes : {attributes, std::string(kText)}) {
    const ShowqParser whole = Parse(bytes);
    for (const size_t piece : {size_t{1}, size_t{2}, size_t{7}}) {
      ShowqParser parser(kNow);
      for (size_t at = 0; at < bytes.size(); at += piece) REQUIRE(parser.Feed(bytes.substr(at, piece)));
      CHECK(parser.complete());
      CHECK(Of(parser, "active").oldest_seconds == Of(whole, "active").oldest_seconds);
      CHECK(Of(parser, "active").messages == 1);
    }
  }
}

}  // namespace
}  // namespace mta
