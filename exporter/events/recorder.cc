#include "exporter/events/recorder.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "exporter/base/hash.h"
#include "exporter/base/scanner.h"
#include "exporter/events/label_values.h"

namespace mta {
namespace {

constexpr size_t kMostEnhancedStatus = 100;

// A negative or impossible time is observed as 0.
double Observable(double seconds) {
  return std::isfinite(seconds) && seconds > 0 ? seconds : 0;
}

// An RFC 3463 code: 4.7.28
bool IsEnhancedStatus(std::string_view code) {
  Scanner in(code);
  uint64_t status = 0, subject = 0, detail = 0;
  return in.TakeUnsigned(status) && in.Take('.') && in.TakeUnsigned(subject) && in.Take('.') &&
         in.TakeUnsigned(detail) && in.done() && status >= 2 && status <= 5 && subject <= 999 &&
         detail <= 999;
}

}  // namespace

MetricsRecorder::MetricsRecorder(MetricStore& store, RecorderOptions options)
    : store_(store),
      options_(std::move(options)),
      families_(AddFamilies(store, options_.delay_buckets)),
      destinations_(store, families_.destination_attempts, families_.destination_delay, options_.mta,
                    options_.source, options_.destinations) {
  for (const SpecificMetric* metric : options_.specific) {
    FamilyOptions family;
    family.name = metric->name;
    family.help = metric->help;
    family.type = metric->type == SpecificMetric::Type::kCounter ? MetricType::kCounter : MetricType::kGauge;
    family.labels = {"source"};
    for (std::string_view label : metric->labels) {
      if (!label.empty()) family.labels.emplace_back(label);
    }
    specific_[metric] = store_.Add(std::move(family));
  }
}

void MetricsRecorder::MakeKnownSeries() {
  appeared_ = true;
  for (std::string_view mechanism : {"PLAIN", "LOGIN"}) {
    for (std::string_view result : {"success", "failure"}) CounterOf(families_.auth, {mechanism, result});
  }
  for (std::string_view kind : kBounceKindNames) CounterOf(families_.bounces, {kind});
  CounterOf(families_.expired, {});
  CounterOf(families_.starts, {});
  for (size_t reason = 0; reason < kReasonCount; ++reason) {
    first_deferrals_[reason] =
        CounterOf(families_.first_deferrals, {ReasonName(static_cast<Reason>(reason))});
  }
  for (const auto& [metric, family] : specific_) AppearSpecific(*metric, family);
}

void MetricsRecorder::AppearSpecific(const SpecificMetric& metric, FamilyId family) {
  if (metric.type != SpecificMetric::Type::kCounter) return;
  if (metric.labels[0].empty()) store_.Counter(family, {options_.source});
  Scanner in(metric.known_values);
  while (!in.done()) {
    const std::string_view value = in.TakeWhile([](char c) { return c != ' '; });
    in.Take(' ');
    store_.Counter(family, {options_.source, value});
  }
}

// --- deliveries ---

MetricsRecorder::Transport& MetricsRecorder::TransportOf(std::string_view name) {
  for (const auto& known : transports_) {
    if (known->name.data() == name.data() || known->name == name) return *known;
  }
  auto made = std::make_unique<Transport>();
  made->name = name;
  for (size_t status = 0; status < kStatusNames.size(); ++status) {
    made->attempts[status][0] = CounterOf(families_.attempts, {name, kStatusNames[status], kHopNames[0]});
    if (status == 0) continue;
    for (size_t reason = 0; reason < kReasonCount; ++reason) {
      made->failures[status - 1][0][reason] =
          CounterOf(families_.failures,
                    {name, kStatusNames[status], kHopNames[0], ReasonName(static_cast<Reason>(reason))});
    }
  }
  return *transports_.emplace_back(std::move(made));
}

void MetricsRecorder::On(const LogRecord& record, const DeliveryAttempt& event) {
  Transport& transport = TransportOf(event.transport);
  const auto status = static_cast<size_t>(event.status);
  const auto hop = static_cast<size_t>(event.hop);
  CounterId& attempts = transport.attempts[status][hop];
  if (!attempts)
    attempts = CounterOf(families_.attempts, {transport.name, kStatusNames[status], kHopNames[hop]});
  store_.Increment(attempts, record.repeat);
  exemplar_ = ExemplarOf(record, event);
  CountEnhancedStatus(event, record.repeat);
  ObserveTimes(transport, record, event);
  const bool sent = event.status == DeliveryStatus::kSent;
  Destinations::Series& destination = destinations_.Of(event.recipient, sent);
  store_.Increment(destination.attempts[status], record.repeat);
  if (!sent) return CountFailure(transport, record, event);
  if (event.delay_seconds) Observe(destination.delay, *event.delay_seconds, record.repeat);
  if (record.time_ns == kNoTime) return;
  if (!transport.last_success) {
    transport.last_success =
        store_.Gauge(families_.last_success, {options_.mta, options_.source, transport.name});
  }
  store_.Set(transport.last_success, static_cast<double>(record.time_ns / 1'000'000) / 1e3);
}

std::optional<Exemplar> MetricsRecorder::ExemplarOf(const LogRecord& record,
                                                    const DeliveryAttempt& event) const {
  if (!store_.keeps_exemplars() || record.time_ns == kNoTime) return std::nullopt;
  return Exemplar::Make(event.queue_id, 0, record.time_ns);
}

void MetricsRecorder::Observe(HistogramId histogram, double seconds, uint64_t times) {
  const double observed = Observable(seconds);
  store_.Observe(histogram, observed, times);
  if (exemplar_) store_.Exemplify(histogram, exemplar_->With(observed));
}

void MetricsRecorder::CountFailure(Transport& transport, const LogRecord& record,
                                   const DeliveryAttempt& event) {
  const auto status = static_cast<size_t>(event.status);
  const auto hop = static_cast<size_t>(event.hop);
  const auto reason = static_cast<size_t>(event.reason);
  CounterId& failures = transport.failures[status - 1][hop][reason];
  if (!failures) {
    failures = CounterOf(families_.failures,
                         {transport.name, kStatusNames[status], kHopNames[hop], ReasonName(event.reason)});
  }
  store_.Increment(failures, record.repeat);
  if (exemplar_) store_.Exemplify(failures, exemplar_->With(static_cast<double>(record.repeat)));
  if (!event.first_deferral) return;
  Appear();
  store_.Increment(first_deferrals_[reason]);
}

void MetricsRecorder::ObserveTimes(Transport& transport, const LogRecord& record,
                                   const DeliveryAttempt& event) {
  const auto status = static_cast<size_t>(event.status);
  const auto hop = static_cast<size_t>(event.hop);
  const std::string_view status_name = kStatusNames[status];
  if (event.delay_seconds) {
    HistogramId& delay = transport.delay[status][hop];
    if (!delay) {
      delay = store_.Histogram(families_.delay,
                               {options_.mta, options_.source, transport.name, status_name, kHopNames[hop]});
    }
    Observe(delay, *event.delay_seconds, record.repeat);
  }
  if (event.attempt_duration_seconds) {
    HistogramId& duration = transport.duration[status];
    if (!duration) {
      duration = store_.Histogram(families_.attempt_duration,
                                  {options_.mta, options_.source, transport.name, status_name});
    }
    Observe(duration, *event.attempt_duration_seconds, record.repeat);
  }
  if (!event.phase_seconds) return;
  for (size_t phase = 0; phase < kPhaseNames.size(); ++phase) {
    HistogramId& series = transport.phases[status][phase];
    if (!series) {
      series = store_.Histogram(families_.phase,
                                {options_.source, transport.name, status_name, kPhaseNames[phase]});
    }
    Observe(series, (*event.phase_seconds)[phase], record.repeat);
  }
}

void MetricsRecorder::CountEnhancedStatus(const DeliveryAttempt& event, uint64_t times) {
  const auto status = static_cast<size_t>(event.status);
  CounterId& counter = enhanced_status_counters_[Hash(event.enhanced_status, status)];
  if (!counter) {
    counter = CounterOf(families_.enhanced_status,
                        {kStatusNames[status], EnhancedStatusLabel(event.enhanced_status)});
  }
  store_.Increment(counter, times);
}

// The code itself while there is room for it.
std::string MetricsRecorder::EnhancedStatusLabel(std::string_view code) {
  if (code.empty()) return "none";
  if (!IsEnhancedStatus(code)) return "other";
  if (std::find(enhanced_status_.begin(), enhanced_status_.end(), code) == enhanced_status_.end()) {
    if (enhanced_status_.size() >= kMostEnhancedStatus) return "other";
    enhanced_status_.emplace_back(code);
  }
  return std::string(code);
}

// --- messages ---

void MetricsRecorder::On(const LogRecord&, const MessageSource&) {}

void MetricsRecorder::On(const LogRecord& record, const MessageReceived& event) {
  CounterId& received = received_[static_cast<size_t>(event.origin)];
  if (!received) received = CounterOf(families_.received, {NameOf(kOriginNames, event.origin)});
  store_.Increment(received, record.repeat);
}

void MetricsRecorder::On(const LogRecord& record, const MessageEnvelope& event) {
  if (!size_) size_ = store_.Histogram(families_.size, {options_.mta, options_.source});
  store_.Observe(size_, static_cast<double>(event.size_bytes), record.repeat);
  if (!event.recipients) return;
  if (!recipients_) recipients_ = store_.Histogram(families_.recipients, {options_.mta, options_.source});
  store_.Observe(recipients_, static_cast<double>(*event.recipients), record.repeat);
}

void MetricsRecorder::On(const LogRecord& record, const MessageRemoved& event) {
  if (!event.lifetime_seconds) return;
  if (!lifetime_) lifetime_ = store_.Histogram(families_.lifetime, {options_.mta, options_.source});
  store_.Observe(lifetime_, Observable(*event.lifetime_seconds), record.repeat);
}

void MetricsRecorder::On(const LogRecord& record, const MessageExpired&) {
  Count(families_.expired, record.repeat, {});
}

void MetricsRecorder::On(const LogRecord& record, const BounceMessage& event) {
  Count(families_.bounces, record.repeat, {NameOf(kBounceKindNames, event.kind)});
}

void MetricsRecorder::On(const LogRecord&, const MessagesInFlight& event) {
  if (!in_flight_) in_flight_ = store_.Gauge(families_.in_flight, {options_.mta, options_.source});
  store_.Set(in_flight_, static_cast<double>(event.count));
}

// --- inbound and the rest ---

void MetricsRecorder::On(const LogRecord& record, const Connection& event) {
  Count(families_.connections, record.repeat, {event.listener});
}

void MetricsRecorder::On(const LogRecord& record, const ConnectionLost& event) {
  Count(families_.connections_lost, record.repeat,
        {event.listener, NameOf(kLostCauseNames, event.cause), NameOf(kCommandNames, event.command)});
}

void MetricsRecorder::On(const LogRecord& record, const Reject& event) {
  Count(families_.rejects, record.repeat,
        {event.listener, NameOf(kCommandNames, event.command), NameOf(kRejectedByNames, event.rejected_by),
         event.code.empty() ? std::string_view("none") : event.code, ReasonName(event.reason)});
}

void MetricsRecorder::On(const LogRecord& record, const AuthAttempt& event) {
  Count(families_.auth, record.repeat,
        {Closed(kMechanisms, event.mechanism), event.success ? "success" : "failure"});
}

void MetricsRecorder::On(const LogRecord& record, const TlsSession& event) {
  Count(families_.tls, record.repeat,
        {NameOf(kDirectionNames, event.direction), Closed(kTlsProtocols, event.protocol),
         Closed(kVerifications, event.verification)});
}

void MetricsRecorder::On(const LogRecord& record, const ConnectionError& event) {
  Count(families_.connection_errors, record.repeat, {event.transport, NameOf(kFaultNames, event.cause)});
}

void MetricsRecorder::On(const LogRecord& record, const DaemonProblem& event) {
  Count(families_.problems, record.repeat, {event.program, NameOf(kSeverityNames, event.severity)});
}

void MetricsRecorder::On(const LogRecord& record, const DaemonStart&) {
  Count(families_.starts, record.repeat, {});
}

void MetricsRecorder::On(const LogRecord& record, const SpecificObservation& event) {
  uint64_t key = reinterpret_cast<uintptr_t>(event.metric);
  for (std::string_view value : event.label_values) {
    if (!value.empty()) key = Hash(value, key);
  }
  const SpecificMetric& metric = *event.metric;
  const std::array<std::string_view, 3> values = {options_.source, event.label_values[0],
                                                  event.label_values[1]};
  const size_t labels = size_t{1} + !metric.labels[0].empty() + !metric.labels[1].empty();
  const std::span used(values.data(), labels);
  if (metric.type == SpecificMetric::Type::kGauge) {
    GaugeId& gauge = gauges_[key];
    if (!gauge && specific_.contains(&metric)) gauge = store_.Gauge(specific_.at(&metric), used);
    store_.Set(gauge, event.value);
  } else {
    CounterId& counter = counters_[key];
    if (!counter && specific_.contains(&metric)) counter = store_.Counter(specific_.at(&metric), used);
    store_.Increment(counter, static_cast<uint64_t>(event.value) * record.repeat);
  }
}

void MetricsRecorder::Count(FamilyId family, uint64_t times, std::initializer_list<std::string_view> values) {
  uint64_t key = family.index;
  for (std::string_view value : values) key = Hash(value, key);
  CounterId& counter = counters_[key];
  if (!counter) counter = CounterOf(family, values);
  store_.Increment(counter, times);
}

CounterId MetricsRecorder::CounterOf(FamilyId family, std::initializer_list<std::string_view> values) {
  std::array<std::string_view, MetricStore::kMaxLabels> all = {options_.mta, options_.source};
  std::copy(values.begin(), values.end(), all.begin() + 2);
  return store_.Counter(family, std::span<const std::string_view>(all.data(), values.size() + 2));
}

void MetricsRecorder::Save(ByteWriter& out) const {
  out.Put(appeared_);
  out.Put(static_cast<uint32_t>(enhanced_status_.size()));
  for (const std::string& code : enhanced_status_) out.PutBytes(code);
  destinations_.Save(out);
}

bool MetricsRecorder::Restore(ByteReader& in) {
  if (in.Get<bool>()) Appear();
  for (auto left = in.Get<uint32_t>(); left > 0 && in.ok(); --left) EnhancedStatusLabel(in.GetBytes());
  return destinations_.Restore(in);
}

}  // namespace mta
