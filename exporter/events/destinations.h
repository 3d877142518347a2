// Destinations: which recipient domains have series of their own.
//
// A domain gets its series at its third delivered recipient while there is room, and keeps it; what came
// before stays in `other`.  So one stray recipient, or a flood of invented domains, takes nobody's place.
// Candidates are kept in a small table of fixed size; a candidate may be pushed out by others and has to
// begin again.
//
// One thread.  No allocation once every domain that comes is known.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "exporter/base/bytes.h"
#include "exporter/events/handle_table.h"
#include "exporter/metrics/metric_store.h"

namespace mta {

struct DestinationGroup {
  std::string name;                   // label value for all of them
  std::vector<std::string> patterns;  // `gmail.com`, or `*.google.com` for every domain below it
  bool operator==(const DestinationGroup&) const = default;
};

struct DestinationOptions {
  size_t limit = 50;  // series, groups not counted
  std::vector<DestinationGroup> groups = {};
  bool operator==(const DestinationOptions&) const = default;
};

class Destinations {
 public:
  struct Series {
    std::array<CounterId, 3> attempts;  // by DeliveryStatus
    HistogramId delay;
  };

  Destinations(MetricStore& store, FamilyId attempts, FamilyId delay, std::string mta, std::string source,
               DestinationOptions options);

  // The series for a recipient; `delivered` counts towards its domain's admission.
  Series& Of(std::string_view recipient, bool delivered);

  void Save(ByteWriter& out) const;
  bool Restore(ByteReader& in);

 private:
  static constexpr size_t kWays = 4;
  static constexpr size_t kSets = 512;
  static constexpr uint32_t kAdmission = 3;

  struct Candidate {
    uint64_t domain = 0;  // hash
    uint32_t delivered = 0;
  };

  Series* Lookup(std::string_view domain, uint64_t hash, bool delivered);
  Series Make(std::string_view label);
  const DestinationGroup* GroupOf(std::string_view domain) const;
  bool Admit(uint64_t domain_hash);

  MetricStore& store_;
  const FamilyId attempts_family_, delay_family_;
  const std::string mta_, source_;
  const DestinationOptions options_;
  Series other_, local_;
  std::unordered_map<uint64_t, Series> admitted_;   // by the domain's hash
  std::unordered_map<std::string, Series> groups_;  // by name
  HandleTable<Series*> handles_;    // into admitted_ and groups_, whose elements stay where they are
  std::vector<std::string> names_;  // of the admitted, groups not counted
  std::array<Candidate, kWays* kSets> candidates_ = {};
};

}  // namespace mta
