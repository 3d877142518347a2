#include "exporter/app/source/event_stream.h"

#include "catch.h"
#include "collectors/event_log.h"

namespace mta {
namespace {

class Observer final : public LineObserver {
 public:
  void BeginLine(const LogRecord&, std::string_view mta) override { mta_ = mta; }
  void EndLine(const LogRecord&, Verdict verdict, std::string_view queue_id) override {
    constexpr std::array<std::string_view, 4> kVerdicts = {"parsed", "ignored", "foreign", "unrecognized"};
    lines.push_back(fmt::format("{} {} {}", mta_, NameOf(kVerdicts, verdict), queue_id));
  }
  void On(const LogRecord&, const DeliveryAttempt& e) override { recipient = e.recipient; }
  void On(const LogRecord&, const MessageSource&) override {}
  void On(const LogRecord&, const MessageReceived&) override {}
  void On(const LogRecord&, const MessageEnvelope&) override {}
  void On(const LogRecord&, const MessageRemoved&) override {}
  void On(const LogRecord&, const MessageExpired&) override {}
  void On(const LogRecord&, const BounceMessage&) override {}
  void On(const LogRecord&, const MessagesInFlight&) override {}
  void On(const LogRecord&, const Connection&) override {}
  void On(const LogRecord&, const ConnectionLost&) override {}
  void On(const LogRecord&, const Reject&) override {}
  void On(const LogRecord&, const AuthAttempt&) override {}
  void On(const LogRecord&, const TlsSession&) override {}
  void On(const LogRecord&, const ConnectionError&) override {}
  void On(const LogRecord&, const DaemonProblem&) override {}
  void On(const LogRecord&, const DaemonStart&) override {}
  void On(const LogRecord&, const SpecificObservation&) override {}

  std::vector<std::string> lines;
  std::string recipient;

 private:
  std::string_view mta_;
};

TEST_CASE("each line belongs to the first MTA that knows it, and tells its message") {
  Observer observer;
  auto stream = EventStream::Make({}, observer);
  REQUIRE(stream);
  (*stream)->Line("2026-01-01T10:00:00Z mx postfix/qmgr[1]: 4F1A2B3C4D: removed");
  (*stream)->Line(
      "2026-01-01T10:00:01Z mx sm-mta[1]: 6AMAo66G025001: to=<u@h>, delay=00:00:01, xdelay=00:00:01, "
      "mailer=esmtp, pri=30000, relay=h. [192.0.2.1], dsn=2.0.0, stat=Sent (ok)");
  (*stream)->Line("2026-01-01T10:00:01Z mx sshd[1]: 4F1A2B3C4D: removed");
  CHECK(observer.lines == std::vector<std::string>{"postfix parsed 4F1A2B3C4D",
                                                   "sendmail parsed 6AMAo66G025001", "sendmail foreign "});
  CHECK(observer.recipient == "u@h");
}

TEST_CASE("what a container's runtime put around a line comes off") {
  Observer observer;
  auto stream = EventStream::Make({}, observer);
  REQUIRE(stream);
  (*stream)->Line("2026-01-01T10:00:00Z stdout P Jan  1 10:00:00 mx postfix/qmgr[1]: 4F1A2B3C4D: rem");
  (*stream)->Line("2026-01-01T10:00:00Z stdout F oved");
  (*stream)->Line(R"({"log":"Jan  1 10:00:00 mx postfix/qmgr[1]: 5F1A2B3C4D: removed\n","stream":"stdout"})");
  CHECK(observer.lines == std::vector<std::string>{"postfix parsed 4F1A2B3C4D", "postfix parsed 5F1A2B3C4D"});
}

TEST_CASE("an MTA that is not built in is an error") {
  Observer observer;
  CHECK_FALSE(EventStream::Make({.mta = "exim"}, observer));
}

}  // namespace
}  // namespace mta
