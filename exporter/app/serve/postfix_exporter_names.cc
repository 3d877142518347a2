#include "exporter/app/serve/postfix_exporter_names.h"

#include <prometheus/metric_family.h>

#include <algorithm>
#include <limits>
#include <map>
#include <string>
#include <string_view>

#include "exporter/base/ascii.h"

namespace mta {
namespace {

using Labels = std::vector<std::string>;  // values, in the order of Rule::labels

struct Match {
  std::string_view label;
  std::string_view value;
  bool equal = true;
};

struct Relabel {
  const char* theirs;
  std::string_view ours;
  std::string (*spell)(const std::string&) = [](const std::string& value) { return value; };
};

// One of their metrics: the sum of the series of `family` that match, by `labels`.
struct Rule {
  const char* name;
  const char* help;
  std::string_view family;
  std::vector<Match> where = {};
  std::vector<Relabel> labels = {};
  bool only_count = false;  // of a histogram: how many there were
};

// They took the first word of "lost connection after END-OF-MESSAGE".
std::string StageWord(const std::string& command) {
  if (command == "helo") return "EHLO";
  if (command == "end_of_data") return "END";
  std::string word = command;
  for (char& c : word) c = IsLower(c) ? static_cast<char>(c - ('a' - 'A')) : c;
  return word;
}

std::string TrustWord(const std::string& verification) {
  std::string word = verification;
  if (!word.empty() && IsLower(word[0])) word[0] = static_cast<char>(word[0] - ('a' - 'A'));
  return word;
}

const std::vector<Rule>& Rules() {
  constexpr std::string_view kAttempts = "mta_delivery_attempts_total";
  constexpr std::string_view kPhases = "mta_postfix_delivery_phase_seconds";
  constexpr std::string_view kRejects = "mta_rejects_total";
  constexpr std::string_view kTls = "mta_tls_sessions_total";
  constexpr std::string_view kReceived = "mta_messages_received_total";
  const Relabel stage = {"stage", "phase"};
  const std::vector<Relabel> tls = {{"trust", "verification", TrustWord}, {"protocol", "protocol"}};
  static const std::vector<Rule> rules = {
      {"postfix_cleanup_messages_processed_total", "Messages processed by cleanup.", kReceived},
      {"postfix_cleanup_messages_rejected_total",
       "Messages rejected by cleanup's header and body checks.",
       kRejects,
       {{"rejected_by", "content"}}},
      {"postfix_cleanup_messages_not_accepted_total",
       "Messages that a milter refused at their end.",
       kRejects,
       {{"rejected_by", "milter"}, {"command", "end_of_data"}}},
      {"postfix_lmtp_delivery_delay_seconds",
       "LMTP message processing time in seconds.",
       kPhases,
       {{"transport", "lmtp"}},
       {stage}},
      {"postfix_pipe_delivery_delay_seconds",
       "Pipe message processing time in seconds.",
       kPhases,
       {{"transport", "pipe"}},
       {stage}},
      {"postfix_smtp_delivery_delay_seconds",
       "SMTP message processing time in seconds.",
       kPhases,
       {{"transport", "smtp"}},
       {stage}},
      {"postfix_qmgr_messages_inserted_receipients", "Recipients per message.", "mta_message_recipients"},
      {"postfix_qmgr_messages_inserted_size_bytes", "Size of messages in bytes.", "mta_message_size_bytes"},
      {"postfix_qmgr_messages_removed_total",
       "Messages that left the queue.",
       "mta_message_lifetime_seconds",
       {},
       {},
       true},
      {"postfix_smtp_status_deferred",
       "Deliveries that smtp deferred.",
       kAttempts,
       {{"transport", "smtp"}, {"status", "deferred"}}},
      {"postfix_smtp_deferred_messages_total",
       "Deliveries that smtp deferred.",
       kAttempts,
       {{"transport", "smtp"}, {"status", "deferred"}}},
      {"postfix_smtp_connection_timed_out_total",
       "Outgoing connections that timed out.",
       "mta_connection_errors_total",
       {{"transport", "smtp"}, {"cause", "timeout"}}},
      {"postfix_smtp_tls_connections_total",
       "Outgoing TLS connections.",
       kTls,
       {{"direction", "outbound"}},
       tls},
      {"postfix_smtpd_tls_connections_total",
       "Incoming TLS connections.",
       kTls,
       {{"direction", "inbound"}},
       tls},
      {"postfix_smtpd_connects_total",
       "Incoming connections.",
       "mta_connections_total",
       {{"listener", "postscreen", false}}},
      {"postfix_smtpd_connections_lost_total",
       "Connections lost.",
       "mta_connections_lost_total",
       {{"cause", "lost"}, {"listener", "postscreen", false}},
       {{"after_stage", "command", StageWord}}},
      {"postfix_smtpd_messages_processed_total",
       "Messages received by smtpd.",
       kReceived,
       {{"origin", "smtp"}}},
      {"postfix_smtpd_messages_rejected_total",
       "Recipients rejected by smtpd.",
       kRejects,
       {{"command", "rcpt"}, {"rejected_by", "policy"}, {"listener", "postscreen", false}},
       {{"code", "code"}}},
      {"postfix_smtpd_sasl_authentication_failures_total",
       "Failed SASL authentications.",
       "mta_auth_attempts_total",
       {{"result", "failure"}}},
      {"postfix_unsupported_log_entries_total",
       "Lines of an MTA that could not be read.",
       "mta_exporter_log_lines_total",
       {{"result", "unrecognized"}}},
  };
  return rules;
}

// The place of a label among the family's; its size where it has no such label.
size_t PlaceOf(const FamilySchema& family, std::string_view label) {
  const auto& labels = family.options.labels;
  return static_cast<size_t>(std::ranges::find(labels, label) - labels.begin());
}

bool Matches(const FamilySchema& family, const SeriesSchema& series, const Match& match) {
  const size_t place = PlaceOf(family, match.label);
  return place < series.label_values.size() && (series.label_values[place] == match.value) == match.equal;
}

bool IsWanted(const FamilySchema& family, const SeriesSchema& series, const Rule& rule) {
  const bool is_postfix =
      PlaceOf(family, "mta") == family.options.labels.size() || Matches(family, series, {"mta", "postfix"});
  return is_postfix &&
         std::ranges::all_of(rule.where, [&](const Match& match) { return Matches(family, series, match); });
}

// A counter, or a histogram: the sum, then the count of every bucket by itself.
struct Sum {
  double value = 0;
  std::vector<uint64_t> buckets = {};
};

void AddTo(Sum& sum, const View& view, const FamilySchema& family, const SeriesSchema& series) {
  if (family.options.type != MetricType::kHistogram) {
    sum.value += static_cast<double>(view.Counter(series));
    return;
  }
  const HistogramValue histogram = view.Histogram(family, series);
  sum.value += histogram.sum;
  sum.buckets.resize(histogram.counts.size());
  for (size_t i = 0; i < histogram.counts.size(); ++i) sum.buckets[i] += histogram.counts[i];
}

bool IsHistogram(const FamilySchema& family, const Rule& rule) {
  return family.options.type == MetricType::kHistogram && !rule.only_count;
}

std::map<Labels, Sum> SumUp(const View& view, const FamilySchema& family, const Rule& rule) {
  std::map<Labels, Sum> sums;
  for (const SeriesSchema& series : family.series) {
    if (!IsWanted(family, series, rule)) continue;
    Labels labels;
    for (const Relabel& relabel : rule.labels)
      labels.push_back(relabel.spell(series.label_values[PlaceOf(family, relabel.ours)]));
    AddTo(sums[labels], view, family, series);
  }
  if (rule.labels.empty() && !IsHistogram(family, rule)) sums[{}];  // 0, not absent
  return sums;
}

prometheus::ClientMetric ToMetric(const Rule& rule, const FamilySchema& family, const Labels& labels,
                                  const Sum& sum) {
  prometheus::ClientMetric metric;
  for (size_t i = 0; i < labels.size(); ++i) metric.label.push_back({rule.labels[i].theirs, labels[i]});
  metric.histogram.sample_sum = sum.value;
  for (size_t i = 0; i < sum.buckets.size(); ++i) {
    metric.histogram.sample_count += sum.buckets[i];
    const auto& bounds = family.options.buckets;
    metric.histogram.bucket.push_back(
        {metric.histogram.sample_count,
         i < bounds.size() ? bounds[i] : std::numeric_limits<double>::infinity()});
  }
  metric.counter.value = rule.only_count ? static_cast<double>(metric.histogram.sample_count) : sum.value;
  return metric;
}

}  // namespace

std::vector<prometheus::MetricFamily> PostfixExporterNames::Collect() const {
  const auto view = publisher_.current()->view;
  std::vector<prometheus::MetricFamily> out;
  for (const Rule& rule : Rules()) {
    const auto family = std::ranges::find_if(
        view->families(), [&](const FamilySchema& known) { return known.options.name == rule.family; });
    if (family == view->families().end()) continue;
    const bool histogram = IsHistogram(*family, rule);
    prometheus::MetricFamily theirs{
        rule.name,
        rule.help,
        histogram ? prometheus::MetricType::Histogram : prometheus::MetricType::Counter,
        {}};
    for (const auto& [labels, sum] : SumUp(*view, *family, rule))
      theirs.metric.push_back(ToMetric(rule, *family, labels, sum));
    if (!theirs.metric.empty()) out.push_back(std::move(theirs));
  }
  return out;
}

}  // namespace mta
