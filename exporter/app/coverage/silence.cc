#include "exporter/app/coverage/silence.h"

namespace mta {
namespace {

struct Row {
  std::string_view mta;
  std::string_view metric;
  std::string_view why;
};

constexpr Row kRows[] = {
    {"postfix", "mta_delivery_attempts_total",
     "no delivery was tried, or the lines of the delivery agents go to another log"},
    {"postfix", "mta_messages_received_total", "no mail came, or the lines of cleanup go to another log"},
    {"postfix", "mta_connections_total", "no smtpd listens, or its lines go to another log"},
    {"postfix", "mta_tls_sessions_total", "needs smtpd_tls_loglevel=1 and smtp_tls_loglevel=1"},
    {"postfix", "mta_auth_attempts_total", "nobody logs in here (smtpd_sasl_auth_enable)"},
    {"postfix", "mta_postfix_delivery_phase_seconds", "delays= comes with Postfix 2.3"},
    {"postfix", "mta_postfix_postscreen_events_total", "postscreen is not in use"},
    {"sendmail", "mta_delivery_attempts_total", "no delivery was tried, or LogLevel is below 4"},
    {"sendmail", "mta_messages_deferred_total",
     "nothing was deferred, or LogLevel is below 9: set confLOG_LEVEL to 9"},
    {"sendmail", "mta_connections_total", "sendmail logs connections at LogLevel 10 and up"},
    {"sendmail", "mta_tls_sessions_total", "no TLS, or LogLevel is below 9"},
    {"sendmail", "mta_auth_attempts_total", "nobody logs in here, or LogLevel is below 9"},
    {"sendmail", "mta_messages_in_flight", "sendmail does not log when a message leaves the queue"},
    {"sendmail", "mta_message_lifetime_seconds", "sendmail does not log when a message leaves the queue"},
    {"qmail", "mta_delivery_attempts_total",
     "no delivery was tried, or only a part of qmail's logs was read"},
    {"qmail", "mta_delivery_delay_seconds",
     "the logger writes no times (multilog without t), or new msg lines are left out"},
    {"qmail", "mta_delivery_attempt_duration_seconds", "the logger writes no times (multilog without t)"},
    {"qmail", "mta_message_lifetime_seconds",
     "the logger writes no times (multilog without t), or new msg and end msg lines are left out"},
    {"qmail", "mta_connection_errors_total", "qmail tells of failed connections in a delivery's result only"},
    {"qmail", "mta_connections_total", "tcpserver has a log of its own: name it, too"},
    {"qmail", "mta_rejects_total", "rblsmtpd and tcpserver have a log of their own: name it, too"},
    {"qmail", "mta_auth_attempts_total", "qmail-smtpd logs no logins"},
    {"qmail", "mta_tls_sessions_total", "qmail logs no TLS sessions"},
    {"qmail", "mta_message_recipients", "qmail does not log how many recipients a message has"},
};
constexpr EmptyMetric kQueue = {
    "mta_queue_*",
    "read from the queue itself, not from a log: only serve has it, where it may read the queue"};

}  // namespace

std::vector<EmptyMetric> EmptyMetrics(const Census& census) {
  std::vector<EmptyMetric> empty;
  for (const Row& row : kRows) {
    if (census.mtas.contains(std::string(row.mta)) && !census.events.contains(std::string(row.metric)))
      empty.push_back({row.metric, row.why});
  }
  if (!census.mtas.empty()) empty.push_back(kQueue);
  return empty;
}

}  // namespace mta
