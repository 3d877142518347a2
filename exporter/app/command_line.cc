#include "exporter/app/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <map>

#include "collectors/collector.h"
#include "exporter/web/listen_address.h"

namespace mta {
namespace {

constexpr int kWrongUsage = 2;

std::vector<std::string> MtaNames() {
  std::vector<std::string> names = {"auto"};
  for (const CollectorType* type : CollectorTypes()) names.emplace_back(type->mta);
  return names;
}

// A word from a closed set, stored as what it stands for.
template <typename Value>
void AddChoice(CLI::App& app, const char* name, Value& value, const std::map<std::string, Value>& choices,
               const char* description) {
  std::vector<std::string> words;
  for (const auto& [word, meaning] : choices) words.push_back(word);
  app.add_option_function<std::string>(
         name, [&value, choices](const std::string& word) { value = choices.at(word); }, description)
      ->check(CLI::IsMember(words));
}

std::string CheckListenAddress(const std::string& text) {
  const Result<ListenAddress> address = ParseListenAddress(text);
  return address ? std::string() : address.error().message;
}

std::string CheckTelemetryPath(const std::string& path) {
  if (!path.starts_with('/') || path.size() < 2) return "must begin with / and name something: " + path;
  return path.starts_with("/-/") ? "belongs to the exporter itself: " + path : std::string();
}

std::string CheckNotEmpty(const std::string& text) {
  return text.empty() ? "must not be empty" : std::string();
}

void AddServe(CLI::App& app, ServeFlags& flags) {
  app.add_option("--web.listen-address", flags.listen_addresses,
                 "Address to answer on, HOST:PORT or :PORT; may be repeated")
      ->capture_default_str()
      ->allow_extra_args(false)
      ->check(CheckListenAddress);
  app.add_option("--web.telemetry-path", flags.telemetry_path, "Path of the metrics")
      ->capture_default_str()
      ->check(CheckTelemetryPath);
  app.add_option("--mta", flags.mta, "Whose log it is")
      ->capture_default_str()
      ->check(CLI::IsMember(MtaNames()));
  app.add_flag("--from-beginning", flags.from_beginning,
               "Count what the logs hold already, too (default: only what comes)");
  AddChoice<LogLevel>(app, "--log.level", flags.log_level,
                      {{"debug", LogLevel::kDebug},
                       {"info", LogLevel::kInfo},
                       {"warn", LogLevel::kWarn},
                       {"error", LogLevel::kError}},
                      "Least level to log");
  AddChoice<LogFormat>(app, "--log.format", flags.log_format,
                       {{"logfmt", LogFormat::kLogfmt}, {"json", LogFormat::kJson}},
                       "Form of what is logged");
  app.add_option("LOG", flags.logs,
                 "Logs to follow: files, patterns or multilog directories (default: found by itself)")
      ->check(CheckNotEmpty);
}

void AddScan(CLI::App& app, ScanFlags& flags) {
  app.add_option("--mta", flags.mta, "Whose log it is")
      ->capture_default_str()
      ->check(CLI::IsMember(MtaNames()));
  app.add_option("--source", flags.source, "Value of the label source")->capture_default_str();
  app.add_option("LOG", flags.operands,
                 "Files (.gz .bz2 .xz .zst too), multilog directories, - for standard input: one stream, in "
                 "this order")
      ->required();
}

constexpr std::string_view kCommands[] = {"serve", "scan", "help"};

// `mta_exporter [serve] [flags]`: the subcommand may be left out, its flags may not be mistaken for one.
std::vector<std::string> WithSubcommand(int argc, const char* const* argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  const bool named = !words.empty() && !words.front().starts_with('-') && words.front() != "help";
  if (!words.empty() && words.front() == "help") words.front() = "--help";
  const bool about_all =
      !words.empty() && (words.front() == "--help" || words.front() == "-h" || words.front() == "--version");
  if (!named && !about_all) words.insert(words.begin(), "serve");
  std::reverse(words.begin(), words.end());  // as CLI11 takes them
  return words;
}

}  // namespace

Command ParseCommandLine(int argc, const char* const* argv) {
  ServeFlags serve_flags;
  ScanFlags scan_flags;
  CLI::App app("Prometheus exporter for the logs of Postfix, sendmail and qmail", "mta_exporter");
  app.set_version_flag("--version", "mta_exporter " MTA_VERSION);
  app.require_subcommand(1);
  app.footer("Without a command it serves: mta_exporter serve --help tells its flags.");
  CLI::App* const serve = app.add_subcommand("serve", "follow the logs, answer GET /metrics (the default)");
  CLI::App* const scan = app.add_subcommand("scan", "read logs to their end, print the metrics");
  AddServe(*serve, serve_flags);
  AddScan(*scan, scan_flags);
  if (argc > 1 && argv[1][0] != '-' &&
      std::ranges::find(kCommands, std::string_view(argv[1])) == std::end(kCommands)) {
    std::cerr << "mta_exporter: unknown command " << argv[1]
              << ": it is serve or scan (see mta_exporter --help)\n";
    return EndNow{kWrongUsage};
  }
  try {
    app.parse(WithSubcommand(argc, argv));
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return EndNow{app.exit(error)};  // --help, --version
    std::cerr << "mta_exporter: " << error.what() << " (see mta_exporter --help)\n";
    return EndNow{kWrongUsage};
  }
  if (scan->parsed()) return scan_flags;
  return serve_flags;
}

}  // namespace mta
