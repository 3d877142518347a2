#include "exporter/app/serve/serve_flags.h"

#include "exporter/app/config/values.h"
#include "exporter/app/console/flag_kinds.h"
#include "exporter/front/listen_address.h"

namespace mta {
namespace {

std::string CheckListenAddress(const std::string& text) {
  const Result<ListenAddress> address = ParseListenAddress(text);
  return address ? std::string() : address.error().message;
}

std::string CheckTelemetryPath(const std::string& text) {
  const Result<std::string> path = ParseTelemetryPath(text);
  return path ? std::string() : path.error().message;
}

std::string CheckNotEmpty(const std::string& text) {
  return text.empty() ? "must not be empty" : std::string();
}

void AddWebFlags(CLI::App& app, ServeFlags& flags) {
  CLI::Option* const address =
      app.add_option(
             "--web.listen-address", flags.listen_addresses,
             "Address to answer on, HOST:PORT or :PORT; may be repeated (default: as configured, else :9025)")
          ->allow_extra_args(false)
          ->check(CheckListenAddress);
  app.add_option("--web.telemetry-path", flags.telemetry_path,
                 "Path of the metrics (default: as configured, else /metrics)")
      ->check(CheckTelemetryPath);
  app.add_option("--web.config.file", flags.web_config_file,
                 "TLS and passwords: a file as other exporters have it; read again when it changes")
      ->check(CheckNotEmpty);
  app.add_flag("--web.systemd-socket", flags.systemd_socket,
               "Answer on the sockets that systemd passes, not on the configured addresses")
      ->excludes(address);
  app.add_flag("--web.enable-lifecycle", flags.enable_lifecycle,
               "Let POST /-/reload reload the configuration");
  app.add_flag(
      "--web.no-exemplars{false}", flags.exemplars,
      "No queue ids in the metrics (OpenMetrics has the latest of each delay bucket and failure counter)");
}

void AddStateFlags(CLI::App& app, ServeFlags& flags) {
  app.add_option(
         "--state.directory", flags.state_directory,
         "Where counters and positions outlive a restart; empty: nowhere (default: $STATE_DIRECTORY, else "
         "/var/lib/mta_exporter where it can be written)")
      ->expected(1);
}

void AddLogFlags(CLI::App& app, ServeFlags& flags) {
  AddChoice<LogLevel>(app, "--log.level", flags.log_level,
                      {{"debug", LogLevel::kDebug},
                       {"info", LogLevel::kInfo},
                       {"warn", LogLevel::kWarn},
                       {"error", LogLevel::kError}},
                      "Least level to log");
  AddChoice<LogFormat>(app, "--log.format", flags.log_format,
                       {{"logfmt", LogFormat::kLogfmt}, {"json", LogFormat::kJson}},
                       "Form of what is logged");
}

}  // namespace

void AddServeFlags(CLI::App& app, ServeFlags& flags) {
  AddWebFlags(app, flags);
  AddStateFlags(app, flags);
  app.add_option("--config.file", flags.config_file,
                 "Configuration (docs/configuration.md); flags win over it")
      ->check(CheckNotEmpty);
  app.add_flag("--compat.postfix-exporter", flags.postfix_exporter_names,
               "Answer with the metric names of prometheus-postfix-exporter, too");
  AddMtaFlag(app, flags.mta);
  app.add_flag("--from-beginning", flags.from_beginning,
               "Count what the logs hold already, too (default: only what comes)");
  app.add_flag("--no-sandbox{false}", flags.sandbox,
               "Keep all rights of the user it runs as, not only those that following these logs needs");
  AddLogFlags(app, flags);
  app.add_option("LOG", flags.logs,
                 "Logs to follow: files, patterns or multilog directories (default: found by itself)")
      ->check(CheckNotEmpty);
}

}  // namespace mta
