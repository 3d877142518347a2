#include "exporter/events/families.h"

namespace mta {
namespace {

constexpr size_t kMostSeries =
    2000;  // per family; what a stranger could make grow beyond joins the value `other`

using Labels = std::vector<std::string>;

FamilyOptions Family(MetricType type, const char* name, const char* help, Labels labels) {
  FamilyOptions options{name, help, type, {"mta", "source"}};
  if (!labels.empty()) {
    options.max_series = kMostSeries;
    options.kept_labels = options.labels.size();
  }
  options.labels.insert(options.labels.end(), labels.begin(), labels.end());
  return options;
}

FamilyOptions Counter(const char* name, const char* help, Labels labels) {
  return Family(MetricType::kCounter, name, help, std::move(labels));
}

FamilyOptions Gauge(const char* name, const char* help, Labels labels) {
  return Family(MetricType::kGauge, name, help, std::move(labels));
}

FamilyOptions Histogram(const char* name, const char* help, Labels labels, std::vector<double> buckets) {
  FamilyOptions options = Family(MetricType::kHistogram, name, help, std::move(labels));
  options.buckets = std::move(buckets);
  return options;
}

void AddDeliveries(MetricStore& store, const std::vector<double>& delay_buckets, Families& out) {
  out.attempts = store.Add(Counter("mta_delivery_attempts_total",
                                   "Recipients by result of a delivery attempt: Postfix to= lines with "
                                   "status=, sendmail to= lines with stat=, qmail "
                                   "delivery D: results.",
                                   {"transport", "status", "hop"}));
  out.failures = store.Add(Counter("mta_delivery_failures_total",
                                   "Deferred and bounced recipients by reason: the text of the lines that "
                                   "mta_delivery_attempts_total counts.",
                                   {"transport", "status", "hop", "reason"}));
  out.enhanced_status = store.Add(
      Counter("mta_delivery_enhanced_status_total",
              "Recipients by RFC 3463 code: Postfix and sendmail dsn=, qmail the code in the report.",
              {"status", "enhanced_status"}));
  out.delay = store.Add(
      Histogram("mta_delivery_delay_seconds",
                "Time since the message arrived: Postfix and sendmail delay=, qmail result minus new msg.",
                {"transport", "status", "hop"}, delay_buckets));
  out.attempt_duration = store.Add(Histogram("mta_delivery_attempt_duration_seconds",
                                             "Time of the attempt alone: Postfix connection set-up and "
                                             "transmission of delays=, sendmail xdelay=, qmail "
                                             "result minus starting delivery.",
                                             {"transport", "status"}, delay_buckets));
  FamilyOptions phase =
      Histogram("mta_postfix_delivery_phase_seconds",
                "Where the time of a delivery was spent: the four parts of Postfix delays=a/b/c/d.",
                {"transport", "status", "phase"}, delay_buckets);
  phase.labels.erase(phase.labels.begin());  // mta_postfix_* say the MTA by their name
  phase.kept_labels = 1;
  out.phase = store.Add(std::move(phase));
  out.destination_attempts = store.Add(Counter(
      "mta_destination_attempts_total",
      "Recipients by domain and result: the recipients of the lines that mta_delivery_attempts_total counts.",
      {"destination", "status"}));
  out.destination_delay = store.Add(Histogram(
      "mta_destination_delay_seconds", "Time since the message arrived, sent recipients only, by domain.",
      {"destination"}, {1, 10, 60, 300, 3600, 14400, 86400}));
  out.last_success = store.Add(Gauge("mta_delivery_last_success_timestamp_seconds",
                                     "Log time of the last recipient that was sent.", {"transport"}));
}

void AddMessages(MetricStore& store, const std::vector<double>& delay_buckets, Families& out) {
  out.received = store.Add(
      Counter("mta_messages_received_total",
              "Messages accepted: Postfix cleanup message-id=, sendmail from= with msgid=, qmail info msg.",
              {"origin"}));
  out.size = store.Add(
      Histogram("mta_message_size_bytes",
                "Message size: Postfix first queue active, sendmail from= with msgid=, qmail info msg.", {},
                {1000, 3000, 10e3, 30e3, 100e3, 300e3, 1e6, 3e6, 10e6, 30e6, 100e6}));
  out.recipients =
      store.Add(Histogram("mta_message_recipients",
                          "Recipients of a message: Postfix first queue active, sendmail from= with msgid=.",
                          {}, {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000}));
  out.lifetime = store.Add(
      Histogram("mta_message_lifetime_seconds",
                "Time in the queue: Postfix cleanup message-id= to qmgr removed, qmail new msg to end msg.",
                {}, delay_buckets));
  out.expired = store.Add(Counter("mta_messages_expired_total",
                                  "Messages given up after too long in the queue: Postfix status=expired, "
                                  "sendmail Cannot send message for, qmail "
                                  "too long in the queue.",
                                  {}));
  out.bounces = store.Add(Counter(
      "mta_bounce_messages_total",
      "Notifications made: Postfix bounce, sendmail DSN and notify lines, qmail bounce msg.", {"kind"}));
  out.first_deferrals = store.Add(Counter("mta_messages_deferred_total",
                                          "Messages at their first deferral, by its reason: unlike attempts, "
                                          "this does not follow the retry schedule.",
                                          {"reason"}));
  out.in_flight = store.Add(Gauge(
      "mta_messages_in_flight",
      "Messages now in the queue: Postfix queue active and not yet removed, qmail new msg without end msg.",
      {}));
}

void AddInbound(MetricStore& store, Families& out) {
  out.connections = store.Add(Counter("mta_connections_total",
                                      "Inbound connections: Postfix smtpd connect from, postscreen CONNECT "
                                      "from, sendmail connect from, tcpserver ok.",
                                      {"listener"}));
  out.connections_lost = store.Add(Counter("mta_connections_lost_total",
                                           "Inbound sessions that ended early: Postfix lost connection, "
                                           "timeout, too many errors; sendmail lost input "
                                           "channel, timeout waiting for input.",
                                           {"listener", "cause", "command"}));
  out.rejects = store.Add(Counter("mta_rejects_total",
                                  "Commands refused to clients: Postfix reject, milter-reject, proxy-reject; "
                                  "sendmail reject=; rblsmtpd; tcpserver "
                                  "deny.",
                                  {"listener", "command", "rejected_by", "code", "reason"}));
  out.auth = store.Add(Counter("mta_auth_attempts_total",
                               "SMTP logins: Postfix sasl_method= (once a session) and authentication "
                               "failed; sendmail AUTH=server and AUTH "
                               "failure.",
                               {"mechanism", "result"}));
  out.tls = store.Add(Counter("mta_tls_sessions_total",
                              "TLS sessions: Postfix TLS connection established, sendmail STARTTLS=.",
                              {"direction", "protocol", "verification"}));
  out.connection_errors =
      store.Add(Counter("mta_connection_errors_total",
                        "Trouble with outgoing connections, counted besides the delivery result that may "
                        "follow: Postfix connect to, lost "
                        "connection with; sendmail timeout waiting for input during client.",
                        {"transport", "cause"}));
}

void AddDaemons(MetricStore& store, Families& out) {
  out.problems = store.Add(
      Counter("mta_daemon_problems_total",
              "Lines that begin with warning, error, fatal, panic or alert; sendmail SYSERR and Losing.",
              {"program", "severity"}));
  out.starts = store.Add(
      Counter("mta_daemon_starts_total", "Starts: Postfix daemon started, sendmail starting daemon.", {}));
}

}  // namespace

std::vector<double> DefaultDelayBuckets() {
  return {0.01, 0.05, 0.1, 0.25, 0.5,   1,     2.5,   5,      10,    30,
          60,   300,  900, 3600, 14400, 43200, 86400, 259200, 432000};
}

Families AddFamilies(MetricStore& store, const std::vector<double>& delay_buckets) {
  Families families;
  AddDeliveries(store, delay_buckets, families);
  AddMessages(store, delay_buckets, families);
  AddInbound(store, families);
  AddDaemons(store, families);
  return families;
}

}  // namespace mta
