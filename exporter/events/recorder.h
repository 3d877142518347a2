// MetricsRecorder: the sink that turns events into the metrics of METRICS.md, for one MTA on one log source.
//
// The series that can be known exist with 0 from Appear() on, because increase() misses the first event of a
// series that begins at 1.  Events that come often find their cells through small tables of handles; nothing
// is allocated once every kind of event was seen.  The store must outlive the recorder; the ingest thread
// only.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "exporter/base/bytes.h"
#include "exporter/events/destinations.h"
#include "exporter/events/events.h"
#include "exporter/events/families.h"
#include "exporter/events/handle_table.h"
#include "exporter/metrics/metric_store.h"

namespace mta {

struct RecorderOptions {
  std::string mta;  // label values
  std::string source;
  std::vector<double> delay_buckets = DefaultDelayBuckets();
  DestinationOptions destinations = {};
  std::vector<const SpecificMetric*> specific = {};  // of this MTA
};

class MetricsRecorder final : public EventSink {
 public:
  MetricsRecorder(MetricStore& store, RecorderOptions options);

  // The MTA is there: configured, or its first line was recognised.  Again and again is fine.
  void Appear() {
    if (!appeared_) MakeKnownSeries();
  }

  void On(const LogRecord& record, const DeliveryAttempt& event) override;
  void On(const LogRecord& record, const MessageSource& event) override;
  void On(const LogRecord& record, const MessageReceived& event) override;
  void On(const LogRecord& record, const MessageEnvelope& event) override;
  void On(const LogRecord& record, const MessageRemoved& event) override;
  void On(const LogRecord& record, const MessageExpired& event) override;
  void On(const LogRecord& record, const BounceMessage& event) override;
  void On(const LogRecord& record, const MessagesInFlight& event) override;
  void On(const LogRecord& record, const Connection& event) override;
  void On(const LogRecord& record, const ConnectionLost& event) override;
  void On(const LogRecord& record, const Reject& event) override;
  void On(const LogRecord& record, const AuthAttempt& event) override;
  void On(const LogRecord& record, const TlsSession& event) override;
  void On(const LogRecord& record, const ConnectionError& event) override;
  void On(const LogRecord& record, const DaemonProblem& event) override;
  void On(const LogRecord& record, const DaemonStart& event) override;
  void On(const LogRecord& record, const SpecificObservation& event) override;

  // What is not in the store itself: which destinations and codes have series.
  void Save(ByteWriter& out) const;
  bool Restore(ByteReader& in);

 private:
  // The cells of one transport.
  struct Transport {
    std::string_view name;
    std::array<std::array<CounterId, 2>, 3> attempts;  // status, hop
    std::array<std::array<std::array<CounterId, kReasonCount>, 2>, 2>
        failures;                                      // deferred or bounced, hop, reason
    std::array<std::array<HistogramId, 2>, 3> delay;   // status, hop
    std::array<HistogramId, 3> duration;               // status
    std::array<std::array<HistogramId, 4>, 3> phases;  // status, phase
    GaugeId last_success;
  };
  void MakeKnownSeries();
  Transport& TransportOf(std::string_view name);
  void CountFailure(Transport& transport, const LogRecord& record, const DeliveryAttempt& event);
  void ObserveTimes(Transport& transport, const LogRecord& record, const DeliveryAttempt& event);
  void Observe(HistogramId histogram, double seconds, uint64_t times);
  // The message becomes the exemplar of what is counted for its delivery; nothing where none are kept.
  std::optional<Exemplar> ExemplarOf(const LogRecord& record, const DeliveryAttempt& event) const;
  void CountEnhancedStatus(const DeliveryAttempt& event, uint64_t times);
  std::string EnhancedStatusLabel(std::string_view code);
  void AppearSpecific(const SpecificMetric& metric, FamilyId family);

  // Counts in the series of `family` with these label values behind mta and source.
  void Count(FamilyId family, uint64_t times, std::initializer_list<std::string_view> values);
  CounterId CounterOf(FamilyId family, std::initializer_list<std::string_view> values);

  MetricStore& store_;
  const RecorderOptions options_;
  const Families families_;
  Destinations destinations_;
  std::vector<std::unique_ptr<Transport>> transports_;
  std::vector<std::string> enhanced_status_;         // the codes that have series
  HandleTable<CounterId> enhanced_status_counters_;  // by hash of code and status
  HandleTable<CounterId> counters_;                  // by hash of family and label values
  HandleTable<GaugeId> gauges_;                      // the same, of the MTA's own
  std::unordered_map<const SpecificMetric*, FamilyId> specific_;
  std::array<CounterId, kReasonCount> first_deferrals_ = {};
  std::array<CounterId, 4> received_ = {};  // by Origin
  std::optional<Exemplar> exemplar_;        // of the delivery that is being counted
  HistogramId size_, recipients_, lifetime_;
  GaugeId in_flight_;
  bool appeared_ = false;
};

}  // namespace mta
