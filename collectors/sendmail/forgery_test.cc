// A model of how sendmail writes to= and from= lines, fed with hostile words wherever a client or a server
// chooses them: whatever they are, the line is read as it was meant.
#include <random>

#include "catch.h"
#include "collectors/sendmail/delivery_line.h"
#include "collectors/sendmail/message_line.h"
#include "collectors/sendmail/result_text.h"
#include "collectors/sendmail/unescape.h"

namespace mta::sendmail {
namespace {

using Words = std::vector<std::string>;

// str2prt() of sendmail.
std::string Escape(std::string_view text) {
  std::string out;
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 32 || byte > 126) {
      for (int shift : {6, 3, 0})
        out += shift == 6 ? "\\" + std::to_string(byte >> 6) : std::to_string(byte >> shift & 7);
    } else {
      out += c;
    }
  }
  return out;
}

// shortenstring() of sendmail: long texts keep their head and tail.
std::string Shorten(const std::string& text, size_t size = 203) {
  const size_t half = size / 2 - 1;
  return text.size() <= size ? text : text.substr(0, half) + "..." + text.substr(text.size() - half);
}

class Forger {
 public:
  explicit Forger(unsigned seed) : random_(seed) {}

  bool Perhaps() { return Below(2) == 0; }
  size_t Below(size_t n) { return random_() % n; }

  // What a server might answer.
  std::string Text() {
    static const Words kPieces = {", stat=Sent (ok)",
                                  ", stat=Deferred: 450 x",
                                  ", stat=User unknown",
                                  ", dsn=2.0.0",
                                  ", reply=250 ok",
                                  ", delay=00:00:09",
                                  ", relay=evil [192.0.2.66]",
                                  "Sent",
                                  "\"",
                                  "\\",
                                  "<x@y>",
                                  "(",
                                  "450 4.2.0 later",
                                  "\001\n\351",
                                  ", [more], ",
                                  std::string(150, 'x')};
    std::string text;
    for (size_t n = Below(6); n > 0; --n) text += kPieces[Below(kPieces.size())];
    return text;
  }

  // A quoted local part with the same inside.
  std::string Address() {
    std::string local = "\"";
    for (char c : Text().substr(0, 60)) {
      if (c == '"' || c == '\\') local += '\\';
      local += c;
    }
    return Perhaps() ? "user@example.org" : local + "\"@example.org";
  }

 private:
  std::mt19937 random_;
};

struct Expected {
  Words recipients;
  std::string reply, stat;
};

std::string ToLine(Forger& forger, Expected& expected) {
  std::string line;
  for (size_t n = 1 + forger.Below(3); n > 0; --n) {
    expected.recipients.push_back(forger.Address());
    line += (line.empty() ? "<" : ",<") + expected.recipients.back() + ">";
  }
  if (forger.Perhaps()) line += ", [more]";
  if (forger.Perhaps()) line += ", ctladdr=<" + forger.Address() + "> (1000/1000)";
  line += ", delay=1+00:00:01, xdelay=00:00:01, mailer=esmtp, pri=30018, relay=mx.example. [192.0.2.1]";
  switch (forger.Below(3)) {
    case 0:
      expected.stat = "Sent (" + Shorten(forger.Text() + ")", 190);
      line += ", dsn=2.0.0";
      break;
    case 1: {
      const std::string reply = "450 4.2.0 " + forger.Text();
      expected.reply = Shorten(reply);
      expected.stat = Shorten("Deferred: " + reply);
      line += ", dsn=4.2.0, reply=" + expected.reply;
      break;
    }
    default:
      expected.reply = Shorten("550 5.1.1 " + forger.Text());
      expected.stat = "User unknown";
      line += ", dsn=5.1.1, reply=" + expected.reply;
  }
  return line + ", stat=" + expected.stat;
}

TEST_CASE("sendmail: no to= line is read otherwise than it was written") {
  std::string scratch;
  for (unsigned seed = 0; seed < 20'000; ++seed) {
    Forger forger(seed);
    Expected expected;
    const std::string logged = Escape(ToLine(forger, expected));
    INFO("seed " << seed << ": " << logged);
    const auto line = ParseDeliveryLine(Unescape(logged, scratch));
    REQUIRE(line);
    REQUIRE(line->delay == "1+00:00:01");
    REQUIRE(line->relay == "mx.example. [192.0.2.1]");
    REQUIRE(SaysSent(line->stat) == expected.reply.empty());
    REQUIRE(line->stat == expected.stat);
    REQUIRE(line->reply == expected.reply);
    RecipientList list(line->recipients);
    for (const std::string& recipient : expected.recipients) {
      std::string_view read;
      REQUIRE(list.Next(read));
      REQUIRE(read == recipient);
    }
    std::string_view more;
    REQUIRE_FALSE(list.Next(more));
  }
}

TEST_CASE("sendmail: no from= line is read otherwise than it was written") {
  std::string scratch;
  for (unsigned seed = 0; seed < 20'000; ++seed) {
    Forger forger(seed);
    const std::string sender = "<" + forger.Address() + ">";
    const std::string message_id = ("<" + forger.Text() + ", proto=SMTP, relay=evil@y>").substr(0, 100);
    const bool local = forger.Perhaps();
    const std::string logged = Escape(
        sender.substr(0, 200) + ", size=18, class=-60, nrcpts=3, msgid=" + message_id +
        (local ? ", relay=user1@localhost" : ", proto=ESMTP, daemon=MTA, relay=c.example [192.0.2.5]"));
    INFO("seed " << seed << ": " << logged);
    const auto line = ParseMessageLine(Unescape(logged, scratch));
    REQUIRE(line);
    REQUIRE(line->size_bytes == 18);
    REQUIRE(line->recipients == 3);
    REQUIRE(line->relay == (local ? "user1@localhost" : "c.example [192.0.2.5]"));
    if (message_id.ends_with('>')) REQUIRE(line->message_id == message_id);
    if (message_id.ends_with('>')) REQUIRE(line->protocol == (local ? "" : "ESMTP"));
  }
}

}  // namespace
}  // namespace mta::sendmail
