// Census: what kinds of lines a log has, whose they are, and what they gave.
//
// A kind of unrecognised line is its tag and its text with everything variable taken out; the first line of
// each kind is kept as an example.  Bounded: kMostKinds, kMostNames.  One thread.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "exporter/app/source/event_stream.h"

namespace mta {

// The text of a line without what differs from one to the next: words with digits, addresses, names of hosts
// and files, what stands in brackets or quotes.
std::string KindOf(std::string_view text);

// No line of a log for an hour or longer.
struct Gap {
  size_t log = 0;
  int64_t from_ns = kNoTime;
  int64_t to_ns = kNoTime;
};

class Census final : public LineObserver {
 public:
  static constexpr size_t kMostKinds = 1000;
  static constexpr size_t kMostNames = 1000;
  static constexpr size_t kMostGaps = 20;
  static constexpr int64_t kGapNs = 3600LL * 1'000'000'000;

  struct Kind {
    uint64_t lines = 0;
    std::string example;  // tag and text, as logged
  };

  std::array<uint64_t, 4> lines = {};  // by Verdict
  uint64_t oversized = 0;
  uint64_t timeless = 0;
  int64_t first_ns = kNoTime;
  int64_t last_ns = kNoTime;
  std::vector<Gap> gaps;  // the longest
  std::map<std::string, uint64_t> hosts;
  std::map<std::string, uint64_t> mtas;       // lines of each
  std::map<std::string, uint64_t> instances;  // tags, up to their first slash: postfix, postfix-out, sm-mta
  std::map<std::string, uint64_t> services;   // what follows it: smtpd, submission/smtpd
  std::map<std::string, Kind> unrecognized;
  uint64_t kinds_left_out = 0;             // lines of further kinds
  std::map<std::string, uint64_t> events;  // how often, by the metric they feed

  // The lines from here on are of the log with that number.
  void BeginLog(size_t log) { log_ = log; }
  void BeginLine(const LogRecord& record, std::string_view mta) override;
  void EndLine(const LogRecord& record, Verdict verdict, std::string_view queue_id) override;
  void Piece() override { ++lines[static_cast<size_t>(Verdict::kIgnored)]; }
  void Oversized(uint64_t bytes) override;

  void On(const LogRecord&, const DeliveryAttempt& event) override;
  void On(const LogRecord&, const MessageSource&) override {}
  void On(const LogRecord&, const MessageReceived&) override { Count("mta_messages_received_total"); }
  void On(const LogRecord&, const MessageEnvelope& event) override;
  void On(const LogRecord&, const MessageRemoved& event) override;
  void On(const LogRecord&, const MessageExpired&) override { Count("mta_messages_expired_total"); }
  void On(const LogRecord&, const BounceMessage&) override { Count("mta_bounce_messages_total"); }
  void On(const LogRecord&, const MessagesInFlight&) override { Count("mta_messages_in_flight"); }
  void On(const LogRecord&, const Connection&) override { Count("mta_connections_total"); }
  void On(const LogRecord&, const ConnectionLost&) override { Count("mta_connections_lost_total"); }
  void On(const LogRecord&, const Reject&) override { Count("mta_rejects_total"); }
  void On(const LogRecord&, const AuthAttempt&) override { Count("mta_auth_attempts_total"); }
  void On(const LogRecord&, const TlsSession&) override { Count("mta_tls_sessions_total"); }
  void On(const LogRecord&, const ConnectionError&) override { Count("mta_connection_errors_total"); }
  void On(const LogRecord&, const DaemonProblem&) override { Count("mta_daemon_problems_total"); }
  void On(const LogRecord&, const DaemonStart&) override { Count("mta_daemon_starts_total"); }
  void On(const LogRecord&, const SpecificObservation& event) override { Count(event.metric->name); }

 private:
  void Count(std::string_view metric);
  void SeeTime(int64_t time_ns);

  std::string_view mta_;
  size_t log_ = 0;
  std::map<size_t, int64_t> last_of_log_;
  std::map<std::string_view, uint64_t*> known_metrics_;
};

}  // namespace mta
