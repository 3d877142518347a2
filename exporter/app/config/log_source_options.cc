#include "exporter/app/config/log_source_options.h"

namespace mta {

LogSourceOptions OptionsOf(const SourceConfig& source, const Config& config) {
  LogSourceOptions options;
  options.name = source.name;
  options.mta = source.mta;
  options.collector.syslog_names = source.syslog_names;
  options.collector.sendmail_tags = config.sendmail_tags;
  options.collector.internal_relays = config.internal_relays;
  options.collector.max_messages = config.tracking.max_messages;
  options.collector.max_age_ns = config.tracking.max_age_ns;
  options.reader.tai_offset_seconds = source.tai_offset_seconds;
  options.delay_buckets = config.delay_buckets;
  options.destinations = config.destinations;
  options.hosts = source.hosts;
  if (const auto* file = std::get_if<FileInput>(&source.input)) options.container = file->format;
  if (const auto* input = std::get_if<StandardInput>(&source.input)) options.container = input->format;
  return options;
}

}  // namespace mta
