// Config: all that the configuration file can say, as plain values (docs/configuration.md).
//
// A default one is what an empty file means, and what holds without one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "collectors/collector.h"
#include "exporter/events/destinations.h"
#include "exporter/events/families.h"
#include "exporter/front/listen_address.h"
#include "exporter/journal/journal_options.h"
#include "exporter/listen/listener_options.h"
#include "exporter/record/container_line.h"

namespace mta {

// Files, a pattern of files, or a multilog directory.
struct FileInput {
  std::string log;
  bool from_beginning = false;  // of what is there at first sight
  ContainerFormat format = ContainerFormat::kAuto;
  bool operator==(const FileInput&) const = default;
};

struct JournalInput {
  JournalOptions journal;
  bool from_beginning = false;
  bool operator==(const JournalInput&) const = default;
};

struct SyslogInput {
  ListenerOptions listener;
  bool operator==(const SyslogInput&) const = default;
};

struct StandardInput {
  ContainerFormat format = ContainerFormat::kAuto;
  bool operator==(const StandardInput&) const = default;
};

using Input = std::variant<FileInput, JournalInput, SyslogInput, StandardInput>;

struct SourceConfig {
  std::string name;  // label `source`, unique
  std::string mta = "auto";
  Input input;
  std::vector<std::string> syslog_names = {};  // Postfix: only these instances; none: all
  std::vector<std::string> hosts = {};         // only lines of these hosts; none: of all
  std::optional<std::string> queue = {};       // the MTA's spool directory, to be scanned
  int64_t tai_offset_seconds = 10;
  bool operator==(const SourceConfig&) const = default;
};

struct StateConfig {
  std::optional<std::string> directory = {};
  int64_t save_interval_ns = 1'000'000'000;
  bool operator==(const StateConfig&) const = default;
};

struct TrackingConfig {
  uint64_t max_messages = CollectorOptions().max_messages;
  int64_t max_age_ns = CollectorOptions().max_age_ns;
  bool operator==(const TrackingConfig&) const = default;
};

// Where and as what the metrics are answered.  Its TLS and passwords: load_web_config.h.
struct EndpointConfig {
  std::vector<ListenAddress> listen_addresses = {{"::", 9025}};
  std::string telemetry_path = "/metrics";
  bool operator==(const EndpointConfig&) const = default;
};

struct Config {
  std::vector<SourceConfig> sources = {};  // none: what discovery finds
  std::vector<std::string> internal_relays = {};
  std::vector<std::string> sendmail_tags = CollectorOptions().sendmail_tags;
  StateConfig state = {};
  std::vector<double> delay_buckets = DefaultDelayBuckets();
  DestinationOptions destinations = {};
  TrackingConfig tracking = {};
  EndpointConfig web = {};
  bool operator==(const Config&) const = default;
};

}  // namespace mta
